import KafkaProtocol

/// Finds out which versions a broker speaks (KIP-35, KIP-511).
enum VersionNegotiation {
    /// The version that is asked first: Kafka's since 2.4. Older brokers answer it with an error that any client can read.
    static let firstVersion: Int16 = 3

    /// Asks a broker for its versions.
    ///
    /// - Returns: The versions of each API that it offers.
    /// - Throws: `.unsupported` where it refuses to tell; what ``BrokerSocket/ask(_:version:timeoutMilliseconds:)`` throws.
    static func offered(
        by socket: BrokerSocket, softwareVersion: String, timeoutMilliseconds: () -> Int64
    ) async throws(ClientError) -> [Int16: ClosedRange<Int16>] {
        let request = ApiVersionsRequest(clientSoftwareName: "weir", clientSoftwareVersion: softwareVersion)
        var answer = try await socket.ask(
            request, version: firstVersion, timeoutMilliseconds: timeoutMilliseconds())
        if answer.errorCode == .unsupportedVersion {
            // Brokers since 2.4 say what they have instead; those before say nothing, and have had version 0 all along.
            let own = answer.apiKeys.first { $0.apiKey == ApiVersionsRequest.api.key }?.maxVersion ?? 0
            let version = min(max(own, 0), firstVersion - 1)
            answer = try await socket.ask(request, version: version, timeoutMilliseconds: timeoutMilliseconds())
        }
        guard answer.errorCode == .none else {
            throw .unsupported(
                socket.broker, api: ApiVersionsRequest.api.name, broker: "with the error \(answer.errorCode)")
        }
        return Dictionary(
            answer.apiKeys.compactMap { told in
                told.minVersion <= told.maxVersion ? (told.apiKey, told.minVersion...told.maxVersion) : nil
            }, uniquingKeysWith: { first, _ in first })
    }

    /// What a broker's versions and ours have in common.
    static func common(_ offered: [Int16: ClosedRange<Int16>]) -> CommonVersions {
        var ranges: [Int16: ClosedRange<Int16>] = [:]
        for (key, theirs) in offered {
            guard let ours = SupportedAPIs[key]?.api.versions, ours.overlaps(theirs) else { continue }
            ranges[key] = ours.clamped(to: theirs)
        }
        return CommonVersions(ranges)
    }
}
