// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"

#if BELFRY_TEST_HAS_XML
#include <belfry/codec/xml_reader.hpp>

#include <string>
#include <string_view>

namespace {

std::string fault_of(std::string_view text, const belfry::XmlOptions& options = {}) {
    belfry::XmlDocument document;
    std::string fault;
    return document.parse(text, options, fault) ? "" : fault;
}
std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

} // namespace

TEST_CASE("a document is read element by element") {
    belfry::XmlDocument document;
    std::string fault;
    REQUIRE(document.parse("\xef\xbb\xbf<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n"
                           "<?style?><!-- > -->\n"
                           "<a:root xmlns:a='u' b = \"1 > 2\"> t <x/><!----><y q='&#x41;'>1</y></a:root> \n",
                           {}, fault));
    const belfry::XmlElement root = document.root();
    std::string room;
    CHECK(root.name() == "a:root");
    CHECK(root.local_name() == "root");
    CHECK(root.text(room) == " t ");
    CHECK(root.first_attribute().name() == "xmlns:a");
    CHECK(root.first_attribute().next().value() == "1 > 2");
    CHECK_FALSE(root.first_attribute().next().next());
    CHECK(root.first_child().name() == "x");
    CHECK_FALSE(root.first_child().first_child());
    CHECK(root.first_child().next().first_attribute().value() == "A");
    CHECK(root.child("y").text(room) == "1");
    CHECK_FALSE(root.child("y").next());
    CHECK_FALSE(root.child("z"));
    CHECK_FALSE(belfry::XmlElement());
}

TEST_CASE("a document without a root element, or with more, is refused") {
    CHECK(fault_of("") == "there is no element at byte 0");
    CHECK(fault_of(" \n") == "there is no element at byte 2");
    CHECK(fault_of("<!-- -->") == "there is no element at byte 8");
    CHECK(fault_of("text") == "text outside of the root element at byte 0");
    CHECK(fault_of("<a/>text") == "text outside of the root element at byte 4");
    CHECK(fault_of("<![CDATA[x]]><a/>") == "text outside of the root element at byte 0");
    CHECK(fault_of("<a/>&#65;") == "text outside of the root element at byte 4");
    CHECK(fault_of("<a/><b/>") == "a second root element at byte 4");
    CHECK(fault_of("<a></a></a>") == "an end tag without a start tag at byte 7");
}

TEST_CASE("a document truncated at any byte is refused") {
    const std::string whole =
        "<?xml version=\"1.0\"?><a b=\"c\"><!-- d --><e>&amp;f</e><![CDATA[g]]><h/></a>";
    REQUIRE(fault_of(whole).empty());
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CAPTURE(length);
        CHECK_FALSE(fault_of(whole.substr(0, length)).empty());
    }
}

TEST_CASE("a document that is not well-formed is refused") {
    for (const std::string_view text : {"<a><b></a></b>",
                                        "<a",
                                        "<a b/>",
                                        "<a b=c/>",
                                        "<a b='c/>",
                                        "<a b='<'/>",
                                        "<a>]]></a>",
                                        "< a/>",
                                        "<a><!-- -- --></a>",
                                        "<a><!--></a>",
                                        "<1/>",
                                        "<a/ >",
                                        "<a 1='b'/>",
                                        "</a>",
                                        "<a></b>",
                                        "<>",
                                        "</>",
                                        "<a>&</a>",
                                        "<a>&amp</a>",
                                        "<a>& amp;</a>",
                                        "<a b='&'/>",
                                        "<a>&#;</a>",
                                        "<a>&#x;</a>",
                                        "<a>&#xG;</a>",
                                        "<a>&#65a;</a>",
                                        "<a>&AMP;</a>",
                                        " <?xml version='1.0'?><a/>",
                                        "<a><?xml version='1.0'?></a>",
                                        "<?xml version='1.0' encoding='utf-8?><a/>",
                                        "<a><?b</a>",
                                        "<a><![CDATA[b]]</a>",
                                        "<a><![cdata[b]]></a>"}) {
        CAPTURE(text);
        CHECK_FALSE(fault_of(text).empty());
    }
}

TEST_CASE("document types and entities are refused") {
    CHECK(fault_of("<!DOCTYPE a><a/>") == "document type declarations are refused at byte 0");
    CHECK(fault_of("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>") ==
          "document type declarations are refused at byte 21");
    CHECK(fault_of("<a><!DOCTYPE b></a>") == "document type declarations are refused at byte 3");
    CHECK(fault_of("<a>&b;</a>") == "a reference to an unknown character or entity at byte 3");
    CHECK(fault_of("<a b='&c;'/>") == "a reference to an unknown character or entity at byte 6");
    // Comments, CDATA sections and processing instructions may contain the same text.
    CHECK(fault_of("<a><!-- <!DOCTYPE b> &c; --><![CDATA[<!DOCTYPE d> &e;]]><?f &g;?></a>").empty());
}

/// The text of the root element of a document that is not text everywhere.
std::string repaired(std::string_view document) {
    belfry::XmlDocument parsed;
    std::string fault;
    if (!parsed.parse(document, {}, fault)) return "fault: " + fault;
    CHECK(parsed.checks_text({}));
    CHECK(parsed.checks_text({.invalid_text = belfry::InvalidText::reject}));
    CHECK_FALSE(parsed.checks_text({.invalid_text = belfry::InvalidText::repair}));
    std::string room;
    return std::string(parsed.root().text(room));
}

TEST_CASE("characters outside of XML 1.0 are found, and read as themselves") {
    for (const std::string_view bad : {"\x01", "\x08", "\x0b", "\x1f", "\xef\xbf\xbe", "\xef\xbf\xbf"}) {
        const std::string text(bad);
        CHECK(repaired("<a>b" + text + "c</a>") == "b" + text + "c");
        CHECK(repaired("<a b='" + text + "'>c</a>") == "c");
        CHECK(repaired("<a><!--" + text + "-->c</a>") == "c");
        CHECK(repaired("<a><![CDATA[" + text + "]]></a>") == text);
    }
    const std::string other = "\xef\xbf\xbd";
    CHECK(repaired(std::string_view("<a>\0</a>", 8)) == other);
    for (const std::string_view bad : {"\x80", "\xc3", "\xff", "\xe2\x82", "\xf0\x9f\x98"})
        CHECK(repaired("<a>" + std::string(bad) + "</a>") == other);
    // Each byte of these is its own piece (Unicode 15.0 section 3.9).
    CHECK(repaired("<a>\xc0\x80</a>") == other + other);
    CHECK(repaired("<a>\xed\xa0\x80</a>") == other + other + other);
    const std::pair<std::string_view, std::string> references[] = {{"1", "\x01"},
                                                                   {"7", "\x07"},
                                                                   {"x7", "\x07"},
                                                                   {"x1F", "\x1f"},
                                                                   {"xFFFE", "\xef\xbf\xbe"},
                                                                   {"xffff", "\xef\xbf\xbf"},
                                                                   {"0", other},
                                                                   {"x0", other},
                                                                   {"xD800", other},
                                                                   {"xdfff", other},
                                                                   {"x110000", other},
                                                                   {"99999999999999999999", other}};
    for (const auto& [reference, text] : references)
        CHECK(repaired("<a>b&#" + std::string(reference) + ";c &amp; &#65;</a>") == "b" + text + "c & A");
    // It is not a reference here.
    CHECK(repaired("<a>&#7;<!-- &#7; & --><![CDATA[&#7;]]><?b &#7;?></a>") == "\x07&#7;");
    CHECK(repaired("<a b='&#7;'>&#7;</a>") == "\x07");
    CHECK(fault_of("<a>\t\n\r\x7f\xc2\x85\xef\xbf\xbd\xf0\x9f\x98\x80&#9;&#xD;&#x10FFFF;</a>").empty());
    for (const std::string_view bad : {"", "x", "xG", "1a", "-1", " 1"})
        CHECK(fault_of("<a>&#" + std::string(bad) + ";</a>") ==
              "a reference to an unknown character or entity at byte 3");
}

TEST_CASE("documents in another encoding than UTF-8 are refused") {
    // UTF-16 and others.
    CHECK_FALSE(fault_of(std::string_view("\xff\xfe<\0a\0/\0>\0", 10)).empty());
    CHECK_FALSE(fault_of(std::string_view("<\0a\0/\0>\0", 8)).empty());
    CHECK(fault_of("<?xml version='1.0' encoding='ISO-8859-1'?><a/>") ==
          "the document declares an encoding other than UTF-8 at byte 43");
    CHECK(fault_of("<?xml version='1.0' encoding=\"US-ASCII\"?><a/>").empty());
}

TEST_CASE("depth and number of elements are limited") {
    CHECK(fault_of(repeated("<a>", 128) + repeated("</a>", 128)).empty());
    CHECK(fault_of(repeated("<a>", 129) + repeated("</a>", 129)) ==
          "elements are nested too deeply at byte 384");
    CHECK_FALSE(fault_of(repeated("<a>", 1'000'000)).empty());
    CHECK(fault_of(repeated("<a>", 5) + "<b/>" + repeated("</a>", 5), {.reading = {.max_depth = 6}}).empty());
    CHECK_FALSE(
        fault_of(repeated("<a>", 5) + "<b/>" + repeated("</a>", 5), {.reading = {.max_depth = 5}}).empty());
    // The root, two empty elements with an attribute each, and a text.
    CHECK(fault_of("<a><b c=''/>d<b c=''/></a>", {.max_nodes = 6}).empty());
    CHECK(fault_of("<a><b c=''/>d<b c=''/></a>", {.max_nodes = 5}) ==
          "the document has too many elements at byte 18");
}

TEST_CASE("deep documents are parsed and destroyed without recursion") {
    const std::size_t depth = 1'000'000;
    const std::string text = repeated("<a>", depth) + repeated("</a>", depth);
    CHECK(fault_of(text, {.reading = {.max_depth = depth}}).empty());
}

TEST_CASE("a document with one forbidden character and many tags is repaired in one pass") {
    // A search for the end of a reference at each tag would take minutes.
    std::string text = "<r>\x07";
    for (int i = 0; i < 500'000; ++i) text += "<a/>";
    text += "</r>";
    std::string repaired;
    belfry::detail::append_repaired_xml(repaired, text);
    CHECK(repaired == text);
}
#endif
