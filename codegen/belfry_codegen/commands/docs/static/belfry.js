// SPDX-License-Identifier: Apache-2.0
// Filters of lists, keys, and what screen readers need beyond the theme. Pages work without it.
(() => {
    for (const field of document.querySelectorAll("input[data-filters]")) {
        const list = document.getElementById(field.dataset.filters);
        const count = document.querySelector(`[data-counts="${field.dataset.filters}"]`);
        field.addEventListener("input", () => {
            const words = field.value.toLowerCase().split(/[\s_]+/).filter(Boolean);
            let shown = 0;
            for (const line of list.children) {
                const found = words.every((word) => line.dataset.words.includes(word));
                line.hidden = !found;
                shown += found ? 1 : 0;
            }
            count.textContent = `${shown} ${count.dataset.noun}${shown === 1 ? "" : "s"}`;
        });
    }
    // The theme's landmarks do not have names.
    document.querySelector(".sidebar-drawer")?.setAttribute("aria-label", "Navigation");
    document.querySelector(".toc-drawer")?.setAttribute("aria-label", "On this page");
    // Code that is wider than the page can be scrolled by keys.
    for (const code of document.querySelectorAll("pre, .table-wrapper")) code.tabIndex = 0;
    // The theme's menus are check boxes; Enter opens them, as it opens a button.
    for (const box of document.querySelectorAll(".sidebar-toggle"))
        box.addEventListener("keydown", (event) => {
            if (event.key === "Enter") box.click();
        });
    document.addEventListener("keydown", (event) => {
        const typing = event.target.closest("input, textarea, select, [contenteditable]");
        if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
        const field = document.querySelector(".pagefind-ui__search-input, .sidebar-search");
        if (field) {
            event.preventDefault();
            field.focus();
        }
    });
})();
