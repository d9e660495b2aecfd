import Crypto
import Testing

@testable import Authentication

@Suite("SCRAM, the server's side")
struct ScramServerTests {
    private static let credential = ScramCredential(
        password: SecretBytes("pencil".utf8), salt: Array("salt of the sea".utf8), iterations: 4_096, for: .sha256)

    private func server(nonce: String = "XYZ") -> ScramServer<SHA256> {
        ScramServer(nonce: nonce) { $0 == "user" || $0 == "a,b=c" ? Self.credential : nil }
    }

    @Test("the example of RFC 7677 comes out to the byte")
    func standard() throws {
        let salt = try #require(ScramMessage.base64(Array("W22ZaJ0SNY7soEsUEjb6gQ==".utf8)))
        let kept = ScramCredential(password: SecretBytes("pencil".utf8), salt: salt, iterations: 4_096, for: .sha256)
        var server = ScramServer<SHA256>(nonce: "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0") { _ in kept }
        let first = try server.answer(to: Array("n,,n=user,r=rOprNGfwEbeRWgbNEkqO".utf8))
        let nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
        #expect(first == Array("r=\(nonce),s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096".utf8))
        #expect(!server.isComplete)
        let last = try server.answer(
            to: Array("c=biws,r=\(nonce),p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=".utf8))
        #expect(last == Array("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=".utf8))
        #expect(server.isComplete && server.user == "user")
    }

    @Test("recorded exchanges come out as Kafka answered them, right and wrong passwords")
    func recorded() throws {
        var outcomes: [String: Int] = [:]
        for exchange in try RecordedExchange.all() where exchange.mechanism != "PLAIN" {
            let isRight =
                switch exchange.mechanism {
                case "SCRAM-SHA-256": try replay(exchange, ScramMechanism.sha256, SHA256.self)
                default: try replay(exchange, ScramMechanism.sha512, SHA512.self)
                }
            outcomes["\(exchange.mechanism) \(isRight)", default: 0] += 1
        }
        #expect(outcomes == ["SCRAM-SHA-256 true": 6, "SCRAM-SHA-512 true": 5])
    }

    private func replay<Hash: HashFunction>(
        _ exchange: RecordedExchange, _ mechanism: ScramMechanism, _ hash: Hash.Type
    ) throws -> Bool {
        let challenge = try ScramMessage.attributes(of: exchange.messages[1])
        let salt = try #require(ScramMessage.base64(challenge[1].value))
        let iterations = try #require(Int32(String(decoding: challenge[2].value, as: UTF8.self)))
        let clientNonce = try ScramMessage.attributes(of: Array(exchange.messages[0].dropFirst(3)))[1].value
        let nonce = String(decoding: challenge[0].value.dropFirst(clientNonce.count), as: UTF8.self)
        let passwords = ["bob": "bob-pw", "dora": "dora-pw"]
        var server = ScramServer<Hash>(nonce: nonce) { user in
            passwords[user].map {
                ScramCredential(password: SecretBytes($0.utf8), salt: salt, iterations: iterations, for: mechanism)
            }
        }
        #expect(try server.answer(to: exchange.messages[0]) == exchange.messages[1], "\(exchange.place)")
        do throws(ScramError) {
            let last = try server.answer(to: exchange.messages[2])
            #expect(last == exchange.messages[3], "\(exchange.place)")
            return true
        } catch {
            #expect(error == .wrongProof, "\(exchange.place)")
            return false
        }
    }

    @Test("client and server agree on a password, also with names that need escapes", arguments: ["user", "a,b=c"])
    func together(name: String) throws {
        var client = ScramClient<SHA256>(user: name, password: SecretBytes("pencil".utf8), nonce: "abc")
        var server = server()
        let final = try client.finalMessage(answering: try server.answer(to: client.firstMessage))
        try client.verify(try server.answer(to: final))
        #expect(server.isComplete && server.user == name)
    }

    @Test("a wrong password, an unknown user and another identity are refused")
    func refusals() throws {
        var client = ScramClient<SHA256>(user: "user", password: SecretBytes("pencil!".utf8), nonce: "abc")
        var known = server()
        let final = try client.finalMessage(answering: try known.answer(to: client.firstMessage))
        #expect(throws: ScramError.wrongProof) { try known.answer(to: final) }
        #expect(!known.isComplete)
        var unknown = server()
        #expect(throws: ScramError.unknownUser) { try unknown.answer(to: Array("n,,n=nobody,r=abc".utf8)) }
        var other = server()
        #expect(throws: ScramError.otherIdentity) { try other.answer(to: Array("n,a=root,n=user,r=abc".utf8)) }
        var same = server()
        #expect(throws: Never.self) { try same.answer(to: Array("n,a=user,n=user,r=abc".utf8)) }
    }

    @Test(
        "first messages that are none are refused",
        arguments: [
            "", "n", "n,", "n,,", "p=tls-unique,,n=user,r=abc", "n,,r=abc,n=user", "n,,n=user", "n,,n=,r=abc",
            "n,,n=us=er,r=abc", "n,,n=user,r=", "n,,n=user,r=a c", "n,,m=x,n=user,r=abc", ",,,,,",
        ])
    func hostileFirst(message: String) {
        var server = server()
        #expect(throws: ScramError.self) { try server.answer(to: Array(message.utf8)) }
        #expect(!server.isComplete)
    }

    @Test(
        "final messages that are none, or of another exchange, are refused",
        arguments: [
            "", "c=biws,r=abcXYZ", "c=biws,r=abcXYZ,p=", "c=biws,r=abcXYZ,p=*", "c=biws,r=abc,p=AAAA",
            "c=biws,r=abcXYZabc,p=AAAA", "r=abcXYZ,c=biws,p=AAAA", "c=biws,r=abcXYZ,p=AAAA",
        ])
    func hostileFinal(message: String) throws {
        var server = server()
        _ = try server.answer(to: Array("n,,n=user,r=abc".utf8))
        #expect(throws: ScramError.self) { try server.answer(to: Array(message.utf8)) }
        #expect(!server.isComplete)
    }

    @Test("no bytes of a client make a server trap or let it in", arguments: [1, 2, 3] as [UInt64])
    func noise(seed: UInt64) {
        var random = Dice(state: seed)
        let letters = Array("r=abcsiv,=n12pXYZ+/c".utf8) + [0, 255]
        for _ in 0..<3_000 {
            var server = server()
            for start in ["n,,n=user,r=", "c=biws,r=abcXYZ,p="] {
                let length = Int.random(in: 0..<40, using: &random)
                let noise = (0..<length).compactMap { _ in letters.randomElement(using: &random) }
                _ = try? server.answer(to: Bool.random(using: &random) ? Array(start.utf8) + noise : noise)
            }
            #expect(!server.isComplete)
        }
    }
}

@Suite("SASL PLAIN")
struct PlainMessageTests {
    private let known = SecretBytes("alice-pw".utf8)

    private func error(_ message: String, known: SecretBytes?) -> String? {
        do throws(PlainError) {
            try PlainMessage(Array(message.utf8)).verify(against: known)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("the right password is accepted; all else is refused in Kafka's words")
    func judged() {
        #expect(error("\0alice\0alice-pw", known: known) == nil)
        #expect(error("alice\0alice\0alice-pw", known: known) == nil)
        let wrong = "Authentication failed: Invalid username or password"
        #expect(error("\0alice\0alice-p", known: known) == wrong)
        #expect(error("\0alice\0alice-pw ", known: known) == wrong)
        #expect(error("\0nobody\0alice-pw", known: nil) == wrong)
        #expect(
            error("root\0alice\0alice-pw", known: known)
                == "Authentication failed: Client requested an authorization id that is different from username")
        #expect(error("\0\0x", known: nil) == "Authentication failed: username not specified")
        #expect(error("\0alice\0", known: known) == "Authentication failed: password not specified")
        #expect(error("alice", known: known) == "Invalid SASL/PLAIN response: expected 3 tokens, got 1")
        #expect(error("\0a\0b\0c", known: known) == "Invalid SASL/PLAIN response: expected 3 tokens, got 4")
    }
}
