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

TEST_CASE("characters outside of XML 1.0 and malformed UTF-8 are refused") {
    for (const std::string_view bad : {"\x01", "\x08", "\x0b", "\x1f", "\xef\xbf\xbe", "\xef\xbf\xbf"}) {
        CHECK(fault_of("<a>" + std::string(bad) + "</a>") ==
              "XML 1.0 does not allow this character at byte 3");
        CHECK_FALSE(fault_of("<a b='" + std::string(bad) + "'/>").empty());
        CHECK_FALSE(fault_of("<a><!--" + std::string(bad) + "--></a>").empty());
    }
    CHECK(fault_of(std::string_view("<a>\0</a>", 8)) == "XML 1.0 does not allow this character at byte 3");
    for (const std::string_view bad :
         {"\x80", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"})
        CHECK(fault_of("<a>" + std::string(bad) + "</a>") == "the document is not UTF-8 at byte 3");
    for (const std::string_view bad : {"0", "1", "x1F", "xD800", "xFFFE", "x110000", "99999999999999999999"})
        CHECK(fault_of("<a>&#" + std::string(bad) + ";</a>") ==
              "a reference to an unknown character or entity at byte 3");
    CHECK(fault_of("<a>\t\n\r\x7f\xc2\x85\xef\xbf\xbd\xf0\x9f\x98\x80&#9;&#xD;&#x10FFFF;</a>").empty());
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
    CHECK(fault_of(repeated("<a>", 5) + "<b/>" + repeated("</a>", 5), {.max_depth = 6}).empty());
    CHECK_FALSE(fault_of(repeated("<a>", 5) + "<b/>" + repeated("</a>", 5), {.max_depth = 5}).empty());
    // The root, two empty elements with an attribute each, and a text.
    CHECK(fault_of("<a><b c=''/>d<b c=''/></a>", {.max_nodes = 6}).empty());
    CHECK(fault_of("<a><b c=''/>d<b c=''/></a>", {.max_nodes = 5}) ==
          "the document has too many elements at byte 18");
}

TEST_CASE("deep documents are parsed and destroyed without recursion") {
    const std::size_t depth = 1'000'000;
    const std::string text = repeated("<a>", depth) + repeated("</a>", depth);
    CHECK(fault_of(text, {.max_depth = depth}).empty());
}
#endif
