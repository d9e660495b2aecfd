import ConsoleSamples
import Testing

@testable import Console

@Suite("The user's own keys")
struct KeyOverrideTests {
    private static func console(_ keys: [String: [Key]]) -> Fixture {
        var settings = Settings()
        settings.keys = KeyOverrides(keys)
        return Fixture(settings: settings)
    }

    @Test("take the place of the table's, in dispatch, footer and help")
    func replace() {
        var console = Self.console(["tail": ["z"], "refresh": [.control("r"), "."]])
        console.press("t")
        #expect(console.state.page == .dashboard)
        #expect(console.text.contains("<z> tail"))
        console.feed(.key(.control("r")))
        #expect(console.effects.last == .refresh)
        console.press("?")
        #expect(console.text.contains("ctrl-r ."))
        console.press("<esc>z")
        #expect(console.state.page == .tail(topic: "clickstream", partition: nil))
    }

    @Test("an action without keys is left to the palette")
    func unbound() {
        var console = Self.console(["tail": []])
        console.press("t")
        #expect(console.state.page == .dashboard)
        console.press(":tail<enter>")
        #expect(console.state.page == .tail(topic: "clickstream", partition: nil))
    }

    @Test("the table as it comes has nothing wrong with it, also when every action is put on its own keys")
    func good() {
        #expect(KeyOverrides.none.problems() == [])
        var all: [String: [Key]] = [:]
        for kind in PageKind.allCases {
            for action in ActionTable.actions(for: kind.example) where action.id != "exit" && all[action.id] == nil {
                all[action.id] = action.keys
            }
        }
        // One id may have other keys on another page; of those that do not, none is wrong.
        for kind in PageKind.allCases {
            for action in ActionTable.actions(for: kind.example) where all[action.id] != action.keys {
                all[action.id] = nil
            }
        }
        #expect(KeyOverrides(all).problems() == [])
    }

    @Test(
        "what cannot be is said, with the page and the other action",
        arguments: [
            (["taill": ["z"]], "no action is called \"taill\"; did you mean \"tail\"?", false),
            (
                ["tail": ["s"]], "s of tail is the key of sort, too, on the page dashboard; give one of them another",
                true
            ),
            (
                ["sort": ["z"], "filter": ["z"]],
                "z of filter is the key of sort, too, on the page dashboard; give one of them another", true
            ),
            (
                ["stop-compaction": ["z"]],
                "stop-compaction changes the cluster: its key must be a capital letter, not z", true
            ),
            (["exit": ["z"]], "exit keeps ctrl-c, so that there is always a way out", true),
        ] as [([String: [Key]], String, Bool)])
    func wrong(keys: [String: [Key]], text: String, isError: Bool) {
        let problems = KeyOverrides(keys).problems()
        #expect(problems.contains { "\($0)" == text || "\($0)".hasPrefix(text) }, "\(problems)")
        #expect(problems.contains { $0.isError } == isError)
    }

    @Test("every key can be written by the name that help gives it")
    func names() {
        let keys: [Key] = [
            "a", "G", "/", " ", ".", .control("f"), .enter, .escape, .tab, .backTab, .home, .end, .pageUp, .pageDown,
            .backspace, .delete,
        ]
        for key in keys { #expect(Key(name: key.label) == key, "\(key)") }
        #expect(Key(name: "up") == .up && Key(name: "CTRL-R") == .control("r"))
        for text in ["", "ab", "ctrl-", "ctrl-ab", "ctrl-1", "\u{1b}", "F1"] {
            #expect(Key(name: text) == nil, "\(text)")
        }
    }

    @Test("the key table names every action that has a key, of every page")
    func table() {
        let lines = KeyTable.markdown()
        for kind in PageKind.allCases {
            for action in ActionTable.actions(for: kind.example) where !action.keys.isEmpty {
                #expect(
                    lines.contains { $0.hasSuffix("`\(action.id)` |") && $0.contains(action.title) }, "\(action.id)")
            }
        }
        #expect(KeyTable.markdown(KeyOverrides(["tail": ["z"]])).contains("| `z` | tail | `tail` |"))
    }
}
