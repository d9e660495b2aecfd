import Glibc

/// A program that ran to its end, and what that took.
struct FinishedProcess {
    /// Seconds by the clock, from before it was started to after its end.
    let seconds: Double
    /// Processor seconds, in user mode and in the kernel.
    let processorSeconds: Double

    /// Starts a program and waits for its end.
    ///
    /// - Parameter output: The file that takes what it prints.
    /// - Throws: `BenchError` if it cannot be started, or if it does not end with 0.
    static func run(_ arguments: [String], output: String) throws -> FinishedProcess {
        let watch = Stopwatch()
        let processID = try Spawning.spawn(arguments, output: output)
        var status: Int32 = 0
        var usage = rusage()
        guard wait4(processID, &status, 0, &usage) == processID else { throw BenchError.system("wait4") }
        let seconds = watch.seconds
        guard status == 0 else {
            let words = ProcessFiles.text(output)?.split(separator: "\n").last ?? ""
            throw BenchError("\(arguments[0]) ended with \(status): \(words)")
        }
        return FinishedProcess(seconds: seconds, processorSeconds: usage.ru_utime.seconds + usage.ru_stime.seconds)
    }
}

extension timeval {
    /// As a number.
    fileprivate var seconds: Double { Double(tv_sec) + Double(tv_usec) / 1e6 }
}
