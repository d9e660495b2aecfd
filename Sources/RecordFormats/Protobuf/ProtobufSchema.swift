/// The messages and enums of `.proto` files, ready for reading.
package struct ProtobufSchema: Equatable, Sendable {
    /// What a field holds.
    enum Kind: Equatable, Sendable {
        case scalar(Scalar)
        /// A message or enum by the name written, and where it was written.
        case named(String, scope: String)
        /// A map; its keys and values.
        indirect case map(Scalar, Kind)
    }

    /// The scalar types with the words of the language.
    enum Scalar: String, Sendable {
        case double, float, int32, int64, uint32, uint64, sint32, sint64, fixed32, fixed64, sfixed32, sfixed64, bool
        case string, bytes
    }

    /// A field of a message.
    struct Field: Equatable, Sendable {
        var name: String
        var number: UInt64
        var kind: Kind
        var isRepeated: Bool
    }

    /// A message with what is declared inside it, in order.
    struct Message: Equatable, Sendable {
        var fields: [UInt64: Field] = [:]
        var nested: [String] = []
    }

    /// By full name, without a dot in front.
    var messages: [String: Message] = [:]
    /// Each enum's names by number, of a number with several the first.
    var enums: [String: [Int32: String]] = [:]
    /// The outermost messages of the file itself, in order.
    var outermost: [String] = []

    /// The message that bytes without further word are taken for: the file's first.
    package var first: String? { outermost.first }

    /// The message that Confluent's path of indexes names.
    func message(at path: [Int]) -> String? {
        var names = outermost
        var name: String?
        for index in path {
            guard names.indices.contains(index) else { return nil }
            name = names[index]
            names = messages[names[index]]?.nested ?? []
        }
        return name
    }

    /// A name's full form, looked for from the innermost scope outwards, as C++ does.
    func resolved(_ written: String, scope: String) -> String? {
        if written.hasPrefix(".") {
            let name = String(written.dropFirst())
            return isKnown(name) ? name : nil
        }
        var scope = scope
        while true {
            let name = scope.isEmpty ? written : "\(scope).\(written)"
            if isKnown(name) { return name }
            if scope.isEmpty { return nil }
            scope = scope.lastIndex(of: ".").map { String(scope[..<$0]) } ?? ""
        }
    }

    private func isKnown(_ name: String) -> Bool { messages[name] != nil || enums[name] != nil }

    /// Reads a file and those it imports.
    ///
    /// - Parameter files: The texts that imports may name; Google's well-known types need no file.
    /// - Throws: `SchemaError` with the line.
    package init(_ text: String, importing files: [String: String] = [:]) throws(SchemaError) {
        var seen: Set<String> = []
        var waiting: [String] = []
        do {
            var parser = try ProtoParser(text)
            try parser.file(into: &self, isImported: false)
            waiting = parser.imports
        }
        while let name = waiting.popLast() {
            guard seen.insert(name).inserted else { continue }
            let base = name.split(separator: "/").last.map(String.init) ?? name
            guard let text = files[name] ?? files[base] ?? WellKnownTypes.files[name] else {
                throw SchemaError(reason: "the import \"\(name)\" is not there")
            }
            var parser: ProtoParser
            do {
                parser = try ProtoParser(text)
                try parser.file(into: &self, isImported: true)
            } catch {
                throw SchemaError(reason: "\(name): \(error)")
            }
            waiting += parser.imports
        }
        try check()
    }

    /// Sees that every type named is there.
    private func check() throws(SchemaError) {
        for (name, message) in messages.sorted(by: { $0.key < $1.key }) {
            for field in message.fields.values.sorted(by: { $0.number < $1.number }) {
                var kind = field.kind
                if case .map(_, let value) = kind { kind = value }
                if case .named(let written, let scope) = kind, resolved(written, scope: scope) == nil {
                    throw SchemaError(reason: "\(name).\(field.name) is of type \(written), which is not defined")
                }
            }
        }
    }
}

/// The types of `google/protobuf/*.proto` that schemas import most.
enum WellKnownTypes {
    /// By the name that imports give.
    static let files: [String: String] = [
        "google/protobuf/timestamp.proto":
            "package google.protobuf; message Timestamp { int64 seconds = 1; int32 nanos = 2; }",
        "google/protobuf/duration.proto":
            "package google.protobuf; message Duration { int64 seconds = 1; int32 nanos = 2; }",
        "google/protobuf/empty.proto": "package google.protobuf; message Empty {}",
        "google/protobuf/any.proto":
            "package google.protobuf; message Any { string type_url = 1; bytes value = 2; }",
        "google/protobuf/field_mask.proto":
            "package google.protobuf; message FieldMask { repeated string paths = 1; }",
        "google/protobuf/wrappers.proto": """
        package google.protobuf;
        message DoubleValue { double value = 1; } message FloatValue { float value = 1; }
        message Int64Value { int64 value = 1; } message UInt64Value { uint64 value = 1; }
        message Int32Value { int32 value = 1; } message UInt32Value { uint32 value = 1; }
        message BoolValue { bool value = 1; } message StringValue { string value = 1; }
        message BytesValue { bytes value = 1; }
        """,
        "google/protobuf/struct.proto": """
        package google.protobuf;
        message Struct { map<string, Value> fields = 1; }
        message Value { oneof kind {
            NullValue null_value = 1; double number_value = 2; string string_value = 3; bool bool_value = 4;
            Struct struct_value = 5; ListValue list_value = 6;
        } }
        enum NullValue { NULL_VALUE = 0; }
        message ListValue { repeated Value values = 1; }
        """,
        "google/protobuf/descriptor.proto": "package google.protobuf;",
    ]
}
