/// Reading bytes by the schemas of a catalogue.
extension SchemaCatalog {
    /// Reads bytes by whichever schema is theirs: the framed id's, else the topic's own. Nil where there is none.
    func decoded(_ bytes: [UInt8], topic: String, isKey: Bool) -> Result<Decoded, FormatError>? {
        if let framed = FramedValue(bytes), let schema = schema(id: framed.id) {
            return Self.read(framed.payload, by: schema, isFramed: true, name: "schema \(framed.id)")
        }
        guard let schema = schema(topic: topic, isKey: isKey) else { return nil }
        return Self.read(bytes[...], by: schema, isFramed: false, name: "\(topic)-\(isKey ? "key" : "value")")
    }

    private static func read(
        _ bytes: ArraySlice<UInt8>, by schema: Schema, isFramed: Bool, name: String
    ) -> Result<Decoded, FormatError> {
        do throws(FormatError) {
            switch schema {
            case .avro(let avro):
                let kind = avro.name.isEmpty ? "avro" : "avro \(avro.name)"
                return .success(Decoded(translated: try AvroReader.json(bytes, by: avro), name: "\(kind) · \(name)"))
            case .protobuf(let proto):
                var rest = bytes
                var message = proto.first
                if isFramed {
                    let path = try ProtobufReader.path(&rest)
                    message = proto.message(at: path)
                }
                guard let message else { throw FormatError(reason: "the schema has no such message", offset: 0) }
                let json = try ProtobufReader.json(rest, message: message, of: proto)
                return .success(Decoded(translated: json, name: "protobuf \(message) · \(name)"))
            }
        } catch {
            return .failure(error)
        }
    }

    /// Why Avro or Protobuf cannot read bytes, for the one who chose it.
    func lack(_ bytes: [UInt8], topic: String, isKey: Bool) -> String {
        let place = folder.isEmpty ? "the schema folder" : folder
        if let framed = FramedValue(bytes) { return "schema \(framed.id) is not in \(place)" }
        return "\(topic)-\(isKey ? "key" : "value") is not in \(place)"
    }
}
