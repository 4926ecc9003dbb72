// SPDX-License-Identifier: Apache-2.0
// The search page: Pagefind's own interface, with the words of the address.
(() => {
    const place = document.getElementById("belfry-search");
    if (!place) return;
    if (typeof PagefindUI === "undefined" || location.protocol === "file:") {
        place.textContent =
            "The search works where a server delivers the pages: run ./belfry docs --serve.";
        return;
    }
    const search = new PagefindUI({
        element: "#belfry-search",
        showSubResults: true,
        showImages: false,
        resetStyles: false,
    });
    const words = new URLSearchParams(location.search).get("q");
    const field = document.querySelector(".pagefind-ui__search-input");
    field?.setAttribute("aria-label", "Search the reference");
    field?.focus();
    if (words) search.triggerSearch(words);
})();
