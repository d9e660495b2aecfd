/// The rules Weir watches without being told: a file as users write them, compiled into the program.
package enum DefaultRules {
    /// The name the file goes by in messages, in states kept over a restart and in `weir alerts defaults`.
    package static let fileName = "default-rules.yaml"

    /// What stands in the file.
    package static let text = String(decoding: PackageResources.default_rules_yaml, as: UTF8.self)

    /// The file as it was read, with what is wrong with it: nothing, which a test holds.
    package static let read = RuleFileReader.read(text: text, file: fileName)
}
