/// A pattern of LIKE: `%` stands for any number of characters, `_` for one; the escape character takes the meaning of what follows it.
struct LikePattern: Equatable, Sendable {
    private enum Step: Equatable {
        case many
        case one
        case letter(Unicode.Scalar)
    }

    private let steps: [Step]

    init(_ pattern: String, escape: Character?) {
        var steps: [Step] = []
        let escape = escape?.unicodeScalars.first
        var isEscaped = false
        for scalar in pattern.unicodeScalars {
            if isEscaped {
                steps.append(.letter(scalar))
                isEscaped = false
            } else if scalar == escape {
                isEscaped = true
            } else if scalar == "%" {
                if steps.last != .many { steps.append(.many) }
            } else {
                steps.append(scalar == "_" ? .one : .letter(scalar))
            }
        }
        self.steps = steps
    }

    /// Whether a whole text is like the pattern. Takes at most text × pattern steps.
    func matches(_ text: String) -> Bool {
        let letters = text.unicodeScalars
        var (place, step) = (letters.startIndex, 0)
        // Where to go on when a match behind the last % fails: one letter further.
        var retry: (place: String.UnicodeScalarView.Index, step: Int)?
        while place < letters.endIndex {
            if step < steps.count, steps[step] == .many {
                step += 1
                retry = (place, step)
            } else if step < steps.count, steps[step] == .one || steps[step] == .letter(letters[place]) {
                step += 1
                letters.formIndex(after: &place)
            } else if let last = retry {
                place = letters.index(after: last.place)
                step = last.step
                retry = (place, step)
            } else {
                return false
            }
        }
        return steps[step...].allSatisfy { $0 == .many }
    }
}
