/// An Avro schema (specification 1.11) ready for reading. Types name each other by their place, so that records may hold themselves.
package struct AvroSchema: Equatable, Sendable {
    /// A type of the schema.
    enum Node: Equatable, Sendable {
        case null, boolean, int, long, float, double, bytes, string
        /// Bytes, or a fixed of so many, that are a whole number with so many figures behind its point.
        case decimal(size: Int?, scale: Int)
        case fixed(Int)
        case enumeration([String])
        case array(Int)
        case map(Int)
        case record([Field])
        case union([Int])
    }

    /// A record's field.
    struct Field: Equatable, Sendable {
        var name: String
        var type: Int
    }

    /// All types; the first is the schema itself.
    private(set) var nodes: [Node] = []
    /// The full name of the outermost type, empty for one without.
    package private(set) var name = ""
    private var named: [String: Int] = [:]

    private static let maxDepth = 64

    /// Reads a schema's JSON.
    ///
    /// - Throws: `SchemaError` that says which type is wrong.
    package init(_ text: String) throws(SchemaError) {
        guard let json = JSONText(Array(text.utf8)) else { throw SchemaError(reason: "this is no JSON") }
        _ = try add(json, namespace: "", depth: 0)
        if let own = json.member("name")?.string { name = Self.fullName(own, json, "") }
        named = [:]
    }

    /// Adds a type and answers its place.
    private mutating func add(_ json: JSONText, namespace: String, depth: Int) throws(SchemaError) -> Int {
        guard depth < Self.maxDepth else { throw SchemaError(reason: "types nest more than \(Self.maxDepth) deep") }
        if let word = json.string { return try reference(word, namespace) }
        let place = nodes.count
        nodes.append(.null)
        if case .array(let branches) = json {
            var types: [Int] = []
            for branch in branches { types.append(try add(branch, namespace: namespace, depth: depth + 1)) }
            nodes[place] = .union(types)
            return place
        }
        guard let type = json.member("type") else { throw SchemaError(reason: "a type says no \"type\"") }
        guard let word = type.string else {
            // {"type": {…}} wraps another type.
            nodes.removeLast()
            return try add(type, namespace: namespace, depth: depth + 1)
        }
        guard Self.primitive(word) != nil || Self.complex.contains(word) else {
            nodes.removeLast()
            return try reference(word, namespace)
        }
        nodes[place] = try node(word, json, place, namespace, depth)
        return place
    }

    private static let complex = ["record", "error", "enum", "fixed", "array", "map"]

    private static func primitive(_ word: String) -> Node? {
        switch word {
        case "null": .null
        case "boolean": .boolean
        case "int": .int
        case "long": .long
        case "float": .float
        case "double": .double
        case "bytes": .bytes
        case "string": .string
        default: nil
        }
    }

    private mutating func reference(_ word: String, _ namespace: String) throws(SchemaError) -> Int {
        if let node = Self.primitive(word) {
            nodes.append(node)
            return nodes.count - 1
        }
        let local = word.contains(".") || namespace.isEmpty ? word : "\(namespace).\(word)"
        guard let place = named[local] ?? named[word] else {
            throw SchemaError(reason: "the type \(word) is not defined before it is used")
        }
        return place
    }

    private mutating func node(
        _ word: String, _ json: JSONText, _ place: Int, _ namespace: String, _ depth: Int
    ) throws(SchemaError) -> Node {
        switch word {
        case "record", "error":
            let inner = try define(json, place, namespace)
            guard case .array(let written)? = json.member("fields") else {
                throw SchemaError(reason: "the record \(json.member("name")?.string ?? "") has no \"fields\"")
            }
            var fields: [Field] = []
            for field in written {
                guard let name = field.member("name")?.string, let type = field.member("type") else {
                    throw SchemaError(reason: "a field of \(json.member("name")?.string ?? "") lacks name or type")
                }
                fields.append(Field(name: name, type: try add(type, namespace: inner, depth: depth + 1)))
            }
            return .record(fields)
        case "enum":
            _ = try define(json, place, namespace)
            guard case .array(let symbols)? = json.member("symbols") else {
                throw SchemaError(reason: "the enum \(json.member("name")?.string ?? "") has no \"symbols\"")
            }
            return .enumeration(symbols.map { $0.string ?? "" })
        case "fixed":
            _ = try define(json, place, namespace)
            guard let size = json.member("size")?.number.flatMap({ Int($0) }), size >= 0 else {
                throw SchemaError(reason: "the fixed \(json.member("name")?.string ?? "") has no \"size\"")
            }
            return Self.scale(json).map { .decimal(size: size, scale: $0) } ?? .fixed(size)
        case "array":
            guard let items = json.member("items") else { throw SchemaError(reason: "an array says no \"items\"") }
            return .array(try add(items, namespace: namespace, depth: depth + 1))
        case "map":
            guard let values = json.member("values") else { throw SchemaError(reason: "a map says no \"values\"") }
            return .map(try add(values, namespace: namespace, depth: depth + 1))
        case "bytes": return Self.scale(json).map { .decimal(size: nil, scale: $0) } ?? .bytes
        default: return Self.primitive(word) ?? .null
        }
    }

    /// The scale of a decimal; nil for a type that is none.
    private static func scale(_ json: JSONText) -> Int? {
        guard json.member("logicalType")?.string == "decimal" else { return nil }
        let scale = json.member("scale")?.number.flatMap { Int($0) } ?? 0
        return (0...1000).contains(scale) ? scale : nil
    }

    /// Remembers a named type and answers the namespace inside it.
    private mutating func define(_ json: JSONText, _ place: Int, _ namespace: String) throws(SchemaError) -> String {
        guard let own = json.member("name")?.string, !own.isEmpty else {
            throw SchemaError(reason: "a record, enum or fixed says no \"name\"")
        }
        let full = Self.fullName(own, json, namespace)
        guard named.updateValue(place, forKey: full) == nil else {
            throw SchemaError(reason: "the type \(full) is defined twice")
        }
        return full.lastIndex(of: ".").map { String(full[..<$0]) } ?? ""
    }

    private static func fullName(_ own: String, _ json: JSONText, _ namespace: String) -> String {
        if own.contains(".") { return own }
        let space = json.member("namespace")?.string ?? namespace
        return space.isEmpty ? own : "\(space).\(own)"
    }
}
