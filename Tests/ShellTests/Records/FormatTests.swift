import Cluster
import Testing

@testable import weir

@Suite("Formats of records")
struct FormatTests {
    private let partition = TopicPartition(topic: "t1", partition: 0)
    private let record = FetchedRecord(
        offset: 7, timestamp: 1_795_272_579_652, key: Array("k\"y/".utf8), value: Array("a".utf8),
        headers: [
            RecordHeader(name: "h1", value: Array("v1".utf8)), RecordHeader(name: "h2", value: []),
            RecordHeader(name: "h3", value: nil),
        ])

    @Test(
        "tokens and escapes give what kcat 1.7.1 gives",
        arguments: [
            ("%t [%p] %o %T %K=%k %S=%s h=%h %%", "t1 [0] 7 1795272579652 4=k\"y/ 1=a h=h1=v1,h2=,h3=NULL %"),
            (#"<\x>"#, "<>"), (#"<\xZ>"#, "<Z>"), (#"<\x4142>"#, "<B>"), (#"<\x41g>"#, "<Ag>"),
            (#"<\t\r\n>"#, "<\t\r\n>"), (#"<\1>"#, "<\u{1}>"), (#"<\e>"#, "<e>"), (#"<\0x41>"#, "<A>"),
            (#"\x41\101\065"#, "Ae5"), (#"abc\"#, #"abc\"#), (#"\\ \q"#, #"\ q"#), ("%%s", "%s"),
            ("%R", "\u{0}\u{0}\u{0}\u{1}"), ("é%oö", "é7ö"),
        ])
    func tokens(format: String, expected: String) throws {
        let bytes = try RecordFormat(parsing: format).bytes(of: record, in: partition, RecordDress())
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test("nulls are nothing, with lengths of -1")
    func nulls() throws {
        let tombstone = FetchedRecord(offset: 0, timestamp: -1, key: nil, value: nil)
        let bytes = try RecordFormat(parsing: "%K=%k %S=%s h=%h %R").bytes(of: tombstone, in: partition, RecordDress())
        #expect(bytes == Array("-1= -1= h= ".utf8) + [0xff, 0xff, 0xff, 0xff])
    }

    @Test("a token that there is not is an error that names it", arguments: ["abc %x", "%s %", "%é", "%\n"])
    func unknownTokens(format: String) {
        let failure = #expect(throws: VerbFailure.self) { try RecordFormat(parsing: format) }
        #expect(failure?.kind == .usage)
    }

    @Test("record bytes cannot steer a terminal, and a pipe gets them as they are")
    func dress() {
        let hostile = Array("a\u{1b}[31m\t\u{7}\u{9b}2J\u{202e}é\n".utf8) + [0xff, 0xfe, 0xe2, 0x82]
        #expect(RecordDress().shown(hostile) == hostile)
        let shown = RecordDress(isForTerminal: true).shown(hostile)
        #expect(
            String(decoding: shown, as: UTF8.self)
                == #"a\x1b[31m"# + "\t" + #"\x07\xc2\x9b2J\xe2\x80\xae"# + "é\n" + #"\xff\xfe\xe2\x82"#)
    }

    @Test("keys and values can be shown as figures or as JSON over lines")
    func decoding() {
        #expect(RecordDress(decoding: .hex).shown([0, 255]) == Array("00 ff".utf8))
        let json = Array(#"{"id":12345678901234567890,"n":41.90}"#.utf8)
        #expect(
            String(decoding: RecordDress(decoding: .json).shown(json), as: UTF8.self)
                == "{\n  \"id\": 12345678901234567890,\n  \"n\": 41.90\n}")
        #expect(RecordDress(decoding: .json).shown(Array("no json".utf8)) == Array("no json".utf8))
    }

    @Test("a line of JSON is kcat's, letter for letter")
    func jsonLine() {
        #expect(
            RecordLine.text(of: record, in: partition, broker: 1)
                == #"{"topic":"t1","partition":0,"offset":7,"tstype":"create","ts":1795272579652,"broker":1,"#
                + #""headers":["h1","v1","h2","","h3",null],"key":"k\"y/","payload":"a"}"#)
        let odd = FetchedRecord(
            offset: 1, timestamp: -1, isLogAppendTime: true, key: nil, value: Array("\u{0}\u{1b}/\"\\\u{8}".utf8))
        #expect(
            RecordLine.text(of: odd, in: partition, broker: 1)
                == #"{"topic":"t1","partition":0,"offset":1,"tstype":"unknown","ts":0,"broker":1,"key":null,"#
                + #""payload":"\u0000\u001B/\"\\\b"}"#)
    }

    @Test(
        "places are read as kcat's -o reads them",
        arguments: [
            ("beginning", .beginning), ("end", .end), ("0", .offset(0)), ("17", .offset(17)), ("-3", .back(3)),
            ("s@1700000000000", .from(1_700_000_000_000)), ("e@5", .until(5)), ("stored", nil), ("s@", nil),
            ("s@-1", nil), ("1.5", nil), ("", nil),
        ] as [(String, TailPlace?)])
    func places(text: String, place: TailPlace?) {
        #expect(TailPlace(argument: text) == place)
    }
}
