import Crypto
import FoundationEssentials

/// What SCRAM needs of a hash function (RFC 5802, section 2.2).
enum ScramHash<Hash: HashFunction> {
    /// HMAC(key, text).
    static func hmac(_ key: some ContiguousBytes, _ text: some Sequence<UInt8>) -> [UInt8] {
        hmac(SymmetricKey(data: key), text)
    }

    private static func hmac(_ key: SymmetricKey, _ text: some Sequence<UInt8>) -> [UInt8] {
        Array(HMAC<Hash>.authenticationCode(for: Array(text), using: key))
    }

    /// H(text).
    static func hash(_ text: [UInt8]) -> [UInt8] { Array(Hash.hash(data: text)) }

    /// Hi(password, salt, iterations): PBKDF2 with HMAC and one block.
    static func salted(password: SecretBytes, salt: [UInt8], iterations: Int) -> SecretBytes {
        let key = password.withBytes { SymmetricKey(data: $0) }
        // The key's own two blocks are hashed once, not each time.
        let keyed = HMAC<Hash>(key: key)
        var block = hmac(key, salt + [0, 0, 0, 1])
        var sum = block
        defer {
            SecretBytes.erase(&block)
            SecretBytes.erase(&sum)
        }
        for _ in 1..<max(iterations, 1) {
            var code = keyed
            code.update(data: block)
            code.finalize().withUnsafeBytes { bytes in
                for index in sum.indices {
                    block[index] = bytes[index]
                    sum[index] ^= bytes[index]
                }
            }
        }
        return SecretBytes(sum)
    }
}
