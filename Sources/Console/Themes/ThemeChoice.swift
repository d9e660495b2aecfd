/// Which theme and how many colours suit a terminal and its environment.
package enum ThemeChoice {
    /// The house theme for a light or dark background.
    ///
    /// - Parameters:
    ///   - background: What the terminal answered (OSC 11), the surest.
    ///   - environment: `COLORFGBG` (`15;0`: the last figure is the background) says it where the terminal does not.
    package static func name(background: Colour?, environment: [String: String]) -> String {
        isLight(background: background, environment: environment) ? "weir-light" : "weir-dark"
    }

    /// True when the terminal's background is light; dark where nobody tells.
    package static func isLight(background: Colour?, environment: [String: String]) -> Bool {
        if let background {
            return Colour.contrast(background, .rgb(0, 0, 0)) > Colour.contrast(background, .rgb(255, 255, 255))
        }
        guard let index = environment["COLORFGBG"]?.split(separator: ";").last.flatMap({ UInt8($0) }) else {
            return false
        }
        return index == 7 || (9...15).contains(index)
    }

    /// The colours to use: none where `NO_COLOR` is set and not empty (no-color.org).
    package static func tier(colours: Int, environment: [String: String]) -> ColourTier {
        if let refusal = environment["NO_COLOR"], !refusal.isEmpty { return .none }
        return ColourTier(colours: colours)
    }

    /// True when the terminal need not be asked: a theme was named, colours are refused, or the environment tells.
    package static func isSettled(theme: String?, environment: [String: String]) -> Bool {
        theme != nil || environment["COLORFGBG"] != nil || !(environment["NO_COLOR"] ?? "").isEmpty
    }
}
