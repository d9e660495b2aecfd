/// `$name` and `${name}` in a replacement, by the rules of Go's `Regexp.Expand`.
enum TemplateExpansion {
    /// Puts values in the places of names; a `$` that no name follows stays.
    static func expand(_ template: String, value: (String) -> String) -> String {
        var text = ""
        var rest = Substring(template)
        while let dollar = rest.firstIndex(of: "$") {
            text += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.hasPrefix("$") {
                text += "$"
                rest = rest.dropFirst()
            } else if let (name, after) = name(at: rest) {
                text += value(name)
                rest = after
            } else {
                text += "$"
            }
        }
        return text + rest
    }

    private static func name(at text: Substring) -> (String, after: Substring)? {
        let isName = { (character: Character) in
            character == "_" || character.isLetter || (character.isASCII && character.isNumber)
        }
        if text.hasPrefix("{") {
            guard let end = text.firstIndex(of: "}") else { return nil }
            let name = text[..<end].dropFirst()
            guard !name.isEmpty, name.allSatisfy(isName) else { return nil }
            return (String(name), text[text.index(after: end)...])
        }
        let name = text.prefix(while: isName)
        return name.isEmpty ? nil : (String(name), text[name.endIndex...])
    }
}
