import BrokerCore
import Cluster
import KafkaProtocol

/// ApiVersions: which APIs are served in which versions.
enum ApiVersionsHandler {
    private static let served = SupportedAPIs.all.map {
        ApiVersionsResponse.SupportedAPI(
            apiKey: $0.api.key, minVersion: $0.advertised.lowerBound, maxVersion: $0.advertised.upperBound)
    }

    /// The answer to a version that is not known: error 35 and the versions of ApiVersions alone, as Kafka sends it.
    static let unsupportedVersion = ApiVersionsResponse(
        errorCode: .unsupportedVersion, apiKeys: served.filter { $0.apiKey == ApiVersionsRequest.api.key })

    /// Answers, and notes what software the client says it is.
    static func answer(
        _ request: ApiVersionsRequest, _ exchange: Exchange, image: MetadataImage
    ) -> ApiVersionsResponse {
        guard isValid(request, version: exchange.version) else {
            return ApiVersionsResponse(errorCode: .invalidRequest)
        }
        if exchange.version >= 3 {
            exchange.client.entry.update {
                $0.softwareName = request.clientSoftwareName
                $0.softwareVersion = request.clientSoftwareVersion
            }
        }
        return ApiVersionsResponse(
            apiKeys: served,
            supportedFeatures: BrokerFeature.allCases.map {
                // Java clients before version 4 cannot read a feature that may be off (KAFKA-17011).
                let least = exchange.version >= 4 ? $0.supported.lowerBound : max(1, $0.supported.lowerBound)
                return .init(name: $0.rawValue, minVersion: least, maxVersion: $0.supported.upperBound)
            },
            finalizedFeaturesEpoch: image.endOffset,
            finalizedFeatures: BrokerFeature.allCases.compactMap {
                let level = image.level(of: $0)
                return level > 0 ? .init(name: $0.rawValue, maxVersionLevel: level, minVersionLevel: level) : nil
            })
    }

    /// Whether it is answered with the versions, and not INVALID_REQUEST for what the client calls itself.
    static func isValid(_ request: ApiVersionsRequest, version: Int16) -> Bool {
        version < 3 || isName(request.clientSoftwareName) && isName(request.clientSoftwareVersion)
    }

    /// Whether a name or version may stand in metrics (KIP-511): letters and digits, between them also `-` and `.`.
    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        guard isAlphanumeric(first), isAlphanumeric(last) else { return false }
        return text.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
