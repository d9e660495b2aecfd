/// How one topic's keys and values are read: a decoder for each side, and the schemas there are.
package struct TopicDecoding: Equatable, Sendable {
    /// The topic.
    package var topic: String
    /// How keys are read.
    package var key: Decoder
    /// How values are read.
    package var value: Decoder
    /// The schemas for Avro and Protobuf.
    package var schemas: SchemaCatalog

    /// A way to read a topic.
    package init(
        topic: String, key: Decoder = .automatic, value: Decoder = .automatic, schemas: SchemaCatalog = SchemaCatalog()
    ) {
        self.topic = topic
        self.key = key
        self.value = value
        self.schemas = schemas
    }

    /// A record's key, read.
    package func key(_ bytes: [UInt8]?) -> Decoded { key.key(bytes, topic: topic, schemas: schemas) }

    /// A record's value, read.
    package func value(_ bytes: [UInt8]?, key: [UInt8]?) -> Decoded {
        value.value(bytes, key: key, topic: topic, schemas: schemas)
    }

    /// A key in a list's cell, about so many cells wide.
    package func keyPreview(_ bytes: [UInt8]?, limit: Int) -> String {
        key.keyPreview(bytes, topic: topic, limit: limit, schemas: schemas)
    }

    /// A value in a list's cell, about so many cells wide.
    package func valuePreview(_ bytes: [UInt8]?, key: [UInt8]?, limit: Int) -> String {
        value.valuePreview(bytes, key: key, topic: topic, limit: limit, schemas: schemas)
    }
}
