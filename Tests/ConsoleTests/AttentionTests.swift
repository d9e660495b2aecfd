import Testing

@testable import Console

@Suite("Calls for whoever sits at the terminal")
struct AttentionTests {
    @Test("a bell is a bell, a message one OSC 9 sequence, and nothing in its text ends it or begins another")
    func bytes() {
        #expect(Attention(rings: true, message: nil).bytes == [7])
        #expect(Attention(rings: false, message: nil).bytes == [])
        let message = Attention(rings: true, message: "lag\u{7}\u{1b}]52;c;x\u{9c}\n of ü")
        #expect(message.bytes == [7] + Array("\u{1b}]9;lag]52;c;x of ü".utf8) + [7])
        let long = Attention(rings: false, message: String(repeating: "x", count: 5000))
        #expect(long.bytes.count == 205)
    }

    @Test("a call becomes an effect of the terminal, and changes nothing on the screen or the cluster")
    func effect() {
        var state = ConsoleState(size: Size(rows: 24, columns: 80))
        let call = Attention(rings: true, message: "lag")
        #expect(update(&state, .arrived(.attention(call))) == [.call(call)])
        #expect(!Effect.call(call).changesCluster)
    }
}
