import Foundation
import Glibc

/// What the figures were taken on.
enum Machine {
    /// Cores, processor, kernel, memory and load on one line.
    static var description: String {
        var names = utsname()
        uname(&names)
        let kernel = "\(text(names.sysname)) \(text(names.release)) \(text(names.machine))"
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let memory = Double(ProcessInfo.processInfo.physicalMemory) / 1e9
        return "\(cores) cores, \(processor), \(kernel), \(String(format: "%.1f", memory)) GB memory, load \(load)"
    }

    /// The load averages over 1, 5 and 15 minutes.
    static var load: String {
        var averages = [0.0, 0.0, 0.0]
        getloadavg(&averages, 3)
        return averages.map { String(format: "%.1f", $0) }.joined(separator: " ")
    }

    private static var processor: String {
        let lines = ProcessFiles.text("/proc/cpuinfo")?.split(separator: "\n") ?? []
        let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
        return model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
    }

    private static func text<Field>(_ field: Field) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
