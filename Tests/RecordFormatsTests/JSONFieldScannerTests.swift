import RecordFormats
import Testing

@Suite("Fields of JSON objects without reading the rest")
struct JSONFieldScannerTests {
    private static func scan(_ text: String, _ names: [String] = ["page", "user_id"]) -> [String?]? {
        var scanner = JSONFieldScanner(names)
        let bytes = Array(text.utf8)
        guard bytes.withUnsafeBytes({ scanner.scan($0) }) else { return nil }
        return scanner.values.map { $0.map { String(decoding: bytes[$0], as: UTF8.self) } }
    }

    @Test("finds values as they are written, whatever stands around them")
    func finds() {
        #expect(Self.scan(#"{"page":"/a","user_id":7}"#) == [#""/a""#, "7"])
        #expect(
            Self.scan(#" { "user_id" : null , "x":{"page":"no","b":"}"}, "page":["]",{"a":1}] } "#) == [
                #"["]",{"a":1}]"#, "null",
            ])
        #expect(Self.scan(#"{"p":"\"page\":1,\\","page":"\\\""}"#) == [#""\\\"""#, nil])
        #expect(Self.scan(#"{"page":1,"page":-2.5e+3}"#) == ["-2.5e+3", nil])
        #expect(Self.scan("{}") == [nil, nil])
    }

    @Test(
        "refuses what is no object, or ends in the middle",
        arguments: [
            "", "[]", "7", "{", #"{"page"#, #"{"page""#, #"{"page":"#, #"{"page":"a"#, #"{"page":"a\"#,
            #"{"page":{"a":1}"#, #"{"page":1,}"#,
            #"{"page":1} x"#, #"{page:1}"#, #"{"page":}"#,
        ])
    func refuses(text: String) { #expect(Self.scan(text) == nil) }

    @Test(
        "never runs over the end, and takes every object that JSONText takes", arguments: 1...200 as ClosedRange<UInt64>
    )
    func mutations(seed: UInt64) {
        print("seed", seed)
        var state = seed
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33)
        }
        var bytes = Array(#"{"a":[1,{"b":"\u00e9\\"}],"page":"/x\"y","n":-1.5e3,"user_id":null,"t":true}"#.utf8)
        for _ in 0..<40 {
            let letters = Array(#"{}[]":,\ax1"#.utf8)
            bytes[next() % bytes.count] = letters[next() % letters.count]
            let cut = Array(bytes[..<(1 + next() % bytes.count)])
            var scanner = JSONFieldScanner(["page", "user_id"])
            for text in [bytes, cut] {
                let isObject = text.withUnsafeBytes { scanner.scan($0) }
                guard case .object(let members) = JSONText(text) else { continue }
                #expect(isObject, "\(String(decoding: text, as: UTF8.self))")
                for (place, name) in ["\"page\"", "\"user_id\""].enumerated() {
                    let wanted = members.last { $0.name == name }?.value
                    let found = scanner.values[place].map { JSONText(Array(text[$0])) }
                    #expect(found == wanted.map(Optional.some))
                }
            }
        }
    }
}
