/// What a client may do, as Kafka's bit sets tell it (KIP-430). Without an authorizer that is everything the resource knows.
///
/// Bit n stands for Kafka's `AclOperation` n: 3 read, 4 write, 5 create, 6 delete, 7 alter, 8 describe, 9 cluster action,
/// 10 describe configs, 11 alter configs, 12 idempotent write.
enum AuthorizedOperations {
    /// Read, write, create, delete, alter, describe, describe and alter configs.
    static let topic: Int32 = bits(3, 4, 5, 6, 7, 8, 10, 11)
    /// Create, alter, describe, cluster action, describe and alter configs, idempotent write.
    static let cluster: Int32 = bits(5, 7, 8, 9, 10, 11, 12)

    private static func bits(_ numbers: Int32...) -> Int32 {
        numbers.reduce(0) { $0 | 1 << $1 }
    }
}
