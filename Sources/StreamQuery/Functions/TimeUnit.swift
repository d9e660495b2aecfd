/// A unit of time of functions; written as a bare word, with or without its S.
enum TimeUnit: String, CaseIterable {
    case days = "DAYS"
    case hours = "HOURS"
    case minutes = "MINUTES"
    case seconds = "SECONDS"
    case milliseconds = "MILLISECONDS"

    init?(_ word: String) {
        guard let unit = Self.allCases.first(where: { $0.rawValue == word || $0.rawValue == word + "S" }) else {
            return nil
        }
        self = unit
    }

    var milliseconds: Int64 {
        switch self {
        case .days: 86_400_000
        case .hours: 3_600_000
        case .minutes: 60_000
        case .seconds: 1000
        case .milliseconds: 1
        }
    }
}
