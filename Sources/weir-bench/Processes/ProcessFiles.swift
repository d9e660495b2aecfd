import Glibc

/// What the kernel tells of a process in its files under `/proc`.
struct ProcessFiles {
    private let folder: String

    /// The files of a process; of this one without a number.
    init(_ processID: pid_t? = nil) { folder = "/proc/\(processID.map { "\($0)" } ?? "self")" }

    /// Processor seconds that all its threads have used, in user mode and in the kernel; the kernel counts in hundredths.
    var processorSeconds: Double {
        // The name in the second field may hold blanks and brackets; behind the last bracket the third field begins.
        guard let text = Self.text("\(folder)/stat"), let bracket = text.lastIndex(of: ")") else { return 0 }
        let fields = text[text.index(after: bracket)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Resident memory, bytes.
    var residentBytes: Double { status("VmRSS") * 1024 }
    /// The most resident memory since the start or since ``forgetPeak()``, bytes.
    var peakResidentBytes: Double { status("VmHWM") * 1024 }

    /// Makes ``peakResidentBytes`` begin anew from what is resident now.
    func forgetPeak() {
        guard let file = fopen("\(folder)/clear_refs", "w") else { return }
        fputs("5", file)
        fclose(file)
    }

    /// How often its threads have gone to sleep of their own accord, all together: each time something woke one.
    var voluntarySwitches: Double {
        guard let directory = opendir("\(folder)/task") else { return 0 }
        defer { closedir(directory) }
        var sum = 0.0
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard Int(name) != nil else { continue }
            sum += Self.field("voluntary_ctxt_switches", in: Self.text("\(folder)/task/\(name)/status") ?? "")
        }
        return sum
    }

    /// How often the main thread has gone to sleep of its own accord.
    var mainThreadSwitches: Double { status("voluntary_ctxt_switches") }

    private func status(_ name: String) -> Double { Self.field(name, in: Self.text("\(folder)/status") ?? "") }

    private static func field(_ name: String, in text: String) -> Double {
        for line in text.split(separator: "\n") where line.hasPrefix("\(name):") {
            return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Double($0) } ?? 0
        }
        return 0
    }

    /// A small file's text; nil when it cannot be read.
    static func text(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let got = fread(&chunk, 1, chunk.count, file)
            guard got > 0 else { break }
            bytes += chunk[..<got]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
