import RecordFormats
import Testing

@Suite("JSON kept letter for letter")
struct JSONTextTests {
    @Test(
        "numbers, escapes, order and repeated names stay as they were",
        arguments: [
            #"{"id":12345678901234567890123,"x":1.10,"e":1E+30,"z":-0}"#, #"{"a":"\u00e9\n\"","b":"é"}"#,
            #"{"k":1,"k":2}"#, #"[1,[2,[3,{}]],[]]"#,
            #"[true,false,null]"#,
        ])
    func lexical(text: String) throws {
        let json = try #require(JSONText(Array(text.utf8)))
        #expect(json.line.replacing(" ", with: "") == text)
        #expect(json.lines(width: 20).joined().replacing(" ", with: "") == text)
    }

    @Test(
        "what is not JSON is not taken for it",
        arguments: [
            "", "{", "{}x", "[1,]", #"{"a" 1}"#, "01", "1.", "nul", "\"\u{1}\"", #""\x""#, "[1 2]", "{1:2}", "-",
            #""\u12g4""#,
        ])
    func invalid(text: String) { #expect(JSONText(Array(text.utf8)) == nil) }

    @Test("deep nesting is refused instead of overflowing the stack")
    func deep() {
        #expect(JSONText(Array(String(repeating: "[", count: 100_000).utf8)) == nil)
        #expect(JSONText(Array((String(repeating: "[", count: 100) + String(repeating: "]", count: 100)).utf8)) != nil)
    }

    @Test("inner objects stay on a line where they fit")
    func layout() throws {
        let text = #"{"id":88129,"items":[{"sku":"A-119","n":2},{"sku":"K-7","n":7}],"st":"NEW"}"#
        let json = try #require(JSONText(Array(text.utf8)))
        #expect(
            json.lines(width: 80) == [
                "{", #"  "id": 88129,"#, #"  "items": [ { "sku": "A-119", "n": 2 }, { "sku": "K-7", "n": 7 } ],"#,
                #"  "st": "NEW""#, "}",
            ])
        #expect(json.lines(width: 32).contains(#"    { "sku": "A-119", "n": 2 },"#))
    }
}

@Suite("Bytes for people")
struct ReadableValueTests {
    @Test(
        "a value is judged by its bytes",
        arguments: [
            (nil, "tombstone"), ([], "empty"), (Array(#"{"a":1}"#.utf8), "json · utf-8"),
            (Array("plain".utf8), "text · utf-8"),
            ([0, 0, 0, 4, 0xb4, 10], "binary · schema 1204"), ([0xff, 0xfe], "binary"),
            (Array("{broken".utf8), "text · utf-8"), ([1, 2], "binary"),
        ] as [([UInt8]?, String)])
    func judged(bytes: [UInt8]?, name: String) { #expect(ReadableValue(bytes).name == name) }

    @Test("a preview is one line, text as text, binary as hex behind its schema id")
    func preview() {
        #expect(ReadableValue.preview(nil, limit: 20) == "∅ tombstone")
        #expect(ReadableValue.preview(Array("hello".utf8), limit: 20) == "hello")
        #expect(ReadableValue.preview([0, 0, 0, 4, 0xb4, 10], limit: 20) == "⟨schema 1204⟩ 00 00 00 04 b4 0a")
        #expect(
            ReadableValue.preview(Array(String(repeating: "é", count: 1000).utf8), limit: 5).allSatisfy { $0 == "é" })
    }

    @Test("hex shows offsets, figures and letters")
    func hex() {
        #expect(
            HexDump.lines(Array("{\"id\":88129,\"x\":1}".utf8), width: 80).first
                == "00000000  7b 22 69 64 22 3a 38 38 31 32 39 2c 22 78 22 3a  {\"id\":88129,\"x\":")
        #expect(HexDump.lines([], width: 80).isEmpty)
        #expect(HexDump.lines([0, 255], width: 40).first?.hasSuffix("..") == true)
    }
}
