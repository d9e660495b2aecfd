package import AlertRules
package import NIOCore

/// Prometheus' text exposition format, version 0.0.4.
package enum TextFormat {
    /// What HTTP calls it.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Writes what a family is.
    package static func writeHead(of metric: Metric, to page: inout ByteBuffer) {
        page.writeString("# HELP \(metric.name) ")
        write(metric.help, escapingQuotes: false, to: &page)
        page.writeString("\n# TYPE \(metric.name) \(metric.kind.rawValue)\n")
    }

    /// Writes a line a sample.
    package static func write(_ samples: [SeriesSample], of name: String, to page: inout ByteBuffer) {
        for sample in samples { write(sample, of: name, to: &page) }
    }

    private static func write(_ sample: SeriesSample, of name: String, to page: inout ByteBuffer) {
        page.writeString(name)
        var mark = "{"
        for label in sample.labels.labels {
            page.writeString(mark)
            page.writeString(label.name)
            page.writeString("=\"")
            write(label.value, escapingQuotes: true, to: &page)
            page.writeString("\"")
            mark = ","
        }
        page.writeString(mark == "," ? "} " : " ")
        page.writeString(number(sample.value))
        page.writeString("\n")
    }

    /// A number as Go reads it: whole ones without a fraction, and `NaN`, `+Inf`, `-Inf`.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
        // Above 2^53 not every whole number is one; the shortest form that reads back is exact there, too.
        return abs(value) < 9e15 && value == value.rounded() ? "\(Int64(value))" : "\(value)"
    }

    /// A text in which nothing ends the line, nor, in a label's value, the quotes.
    private static func write(_ text: String, escapingQuotes: Bool, to page: inout ByteBuffer) {
        let needsEscape = text.utf8.contains { $0 == 0x5c || $0 == 0x0a || ($0 == 0x22 && escapingQuotes) }
        guard needsEscape else {
            page.writeString(text)
            return
        }
        for byte in text.utf8 {
            switch byte {
            case 0x5c: page.writeString("\\\\")
            case 0x0a: page.writeString("\\n")
            case 0x22 where escapingQuotes: page.writeString("\\\"")
            default: page.writeInteger(byte)
            }
        }
    }
}
