import KafkaProtocol
import NIOCore

/// The error messages of an answer, each with where it stands, in an order of their own.
func errorMessages(of response: AnyResponse) -> [String] {
    var found: [String] = []
    collectMessages(Mirror(reflecting: response), path: "", into: &found)
    return found.sorted()
}

private func collectMessages(_ mirror: Mirror, path: String, into found: inout [String]) {
    for child in mirror.children {
        let inner = child.label.map { path.isEmpty ? $0 : "\(path).\($0)" } ?? path
        if child.label?.lowercased().hasSuffix("errormessage") == true {
            if let message = child.value as? String { found.append("\(inner)=\(message)") }
        } else if !(child.value is ByteBuffer) {
            collectMessages(Mirror(reflecting: child.value), path: inner, into: &found)
        }
    }
}

/// The error codes of an answer, told by where they stand in it, in an order of their own: Kafka lists topics and partitions
/// in the order of its hash tables.
func errorSignature(of response: AnyResponse) -> [String] {
    var found: [String] = []
    collect(Mirror(reflecting: response), path: "", into: &found)
    return found.sorted()
}

private func collect(_ mirror: Mirror, path: String, into found: inout [String]) {
    for child in mirror.children {
        // Elements of arrays have no name; a message's name is that of its case.
        let inner = child.label.map { path.isEmpty ? $0 : "\(path).\($0)" } ?? path
        switch child.value {
        case let code as ErrorCode: found.append("\(inner)=\(code.rawValue)")
        case is ByteBuffer, is String, is KafkaUUID: continue
        default: collect(Mirror(reflecting: child.value), path: inner, into: &found)
        }
    }
}
