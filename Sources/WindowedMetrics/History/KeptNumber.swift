import Glibc

/// How quantities are kept in a history: as whole numbers, so that neighbours in time differ by little.
package enum KeptNumber {
    /// Stands for "nothing is known".
    package static let absent = Int64.min
    /// No number farther from 0 is kept; larger ones are kept as this.
    package static let limit: Int64 = 1 << 60

    /// A whole number within the limit.
    package static func whole(_ value: Int64) -> Int64 { min(max(value, -limit), limit) }

    /// Three significant digits, which is what screens show of a rate: 0.0000001 to 9.99e18 on either side of 0, in order of size.
    ///
    /// Nearer to 0 is 0; what is not finite is absent. Neighbouring codes lie 0.1 to 1 % apart.
    package static func rounded(_ value: Double?) -> Int64 {
        guard let value, value.isFinite else { return absent }
        let size = abs(value)
        guard size >= smallest else { return 0 }
        var exponent = Int(log10(size).rounded(.down))
        var digits = (size / power(exponent - 2)).rounded()
        if digits >= 1000 {
            exponent += 1
            digits = 100
        } else if digits < 100 {
            // The logarithm of a power of ten may come out a hair above it.
            exponent -= 1
            digits = (size / power(exponent - 2)).rounded()
        }
        guard exponent <= largestExponent else { return value < 0 ? -largest : largest }
        let code = Int64(exponent - smallestExponent) * 900 + Int64(min(max(digits, 100), 999)) - 99
        return value < 0 ? -code : code
    }

    /// The quantity of a code of `rounded`; nil for an absent or impossible one.
    package static func value(ofRounded code: Int64) -> Double? {
        guard code != absent, code.magnitude <= UInt64(largest) else { return nil }
        guard code != 0 else { return 0 }
        let size = Int64(code.magnitude) - 1
        let digits = Double(size % 900 + 100)
        let exponent = Int(size / 900) + smallestExponent - 2
        let value = exponent < 0 ? digits / power(-exponent) : digits * power(exponent)
        return code < 0 ? -value : value
    }

    private static let smallestExponent = -7
    private static let largestExponent = 18
    private static let smallest = 1e-7
    private static let largest = Int64(largestExponent - smallestExponent + 1) * 900

    private static func power(_ exponent: Int) -> Double {
        exponent < 0 ? 1 / powers[-exponent] : powers[exponent]
    }

    private static let powers: [Double] = (0...20).map { pow(10, Double($0)) }
}
