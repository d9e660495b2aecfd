import Foundation

/// The process that listens on a TCP port of this machine, as far as the system tells.
struct PortHolder: CustomStringConvertible {
    /// The process id.
    var processID: Int32
    /// The program's name.
    var name: String

    var description: String { "\(name) (pid \(processID))" }

    /// Who listens on a port; nil where nobody does, or where the process is another user's.
    static func find(port: Int) -> PortHolder? {
        let inodes = Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap { listeners(in: text($0), port: port) })
        guard !inodes.isEmpty, let processes = try? FileManager.default.contentsOfDirectory(atPath: "/proc") else {
            return nil
        }
        for process in processes.compactMap(Int32.init) {
            let folder = "/proc/\(process)/fd"
            guard let files = try? FileManager.default.contentsOfDirectory(atPath: folder) else { continue }
            for file in files {
                guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(file)"),
                    target.hasPrefix("socket:["), inodes.contains(String(target.dropFirst(8).dropLast()))
                else { continue }
                let name = text("/proc/\(process)/comm").split(separator: "\n").first.map(String.init)
                return PortHolder(processID: process, name: name ?? "a process")
            }
        }
        return nil
    }

    /// The inodes of listening sockets in a table of `/proc/net` (proc(5)): `sl local_address rem_address st … inode`.
    static func listeners(in table: String, port: Int) -> [String] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == "0A", let colon = fields[1].lastIndex(of: ":"),
                Int(fields[1][fields[1].index(after: colon)...], radix: 16) == port
            else { return nil }
            return String(fields[9])
        }
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}
