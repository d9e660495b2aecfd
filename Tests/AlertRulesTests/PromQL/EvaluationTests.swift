import AlertRules
import Testing

@Suite("What expressions come to")
struct EvaluationTests {
    /// Evaluates over series in the short notation, samples each 30 s.
    private func value(
        _ text: String, at seconds: Int64, _ series: [String: String], step: Int64 = 30_000,
        version: PrometheusVersion = .three
    ) throws -> [String] {
        var store = SampleStore()
        for (metric, values) in series {
            let (name, labels) = try SeriesNotation.metric(metric)
            for (place, value) in try SeriesNotation.values(values).enumerated() {
                if let value { store.append(value, at: Int64(place) * step, name: name, labels: labels) }
            }
        }
        var evaluator = Evaluator(source: store, settings: EvaluationSettings(version: version))
        switch try evaluator.evaluate(try PromQLParser.parse(text, version: version), at: seconds * 1000) {
        case .scalar(let number): return ["\(number)"]
        case .string(let text): return [text]
        case .vector(let samples): return samples.map { "\($0.metricText) \(GoNumber.general($0.value))" }.sorted()
        }
    }

    @Test("a sample at 30 s is seen at 329 s, gone at 330 s, and still there at 330 s by Prometheus 2's rules")
    func lookback() throws {
        let series = ["x": "_ 7"]
        #expect(try value("x", at: 329, series) == ["x 7"])
        #expect(try value("x", at: 330, series) == [])
        #expect(try value("x", at: 330, series, version: .two) == ["x 7"])
        #expect(try value("x", at: 331, series, version: .two) == [])
    }

    @Test("a range excludes its older edge, and includes it by Prometheus 2's rules")
    func leftOpen() throws {
        let series = ["x": "0+1x20"]
        #expect(try value("count_over_time(x[1m])", at: 120, series) == ["{} 2"])
        #expect(try value("count_over_time(x[1m])", at: 120, series, version: .two) == ["{} 3"])
        #expect(try value("count_over_time(x[1m:30s])", at: 120, series) == ["{} 2"])
        #expect(try value("count_over_time(x[1m:30s])", at: 120, series, version: .two) == ["{} 3"])
        #expect(try value("increase(x[1m])", at: 120, series) == ["{} 2"])
    }

    @Test("a staleness marker ends a series at once and is no sample of a range")
    func staleness() throws {
        let series = ["x": "1 2 stale _ 5"]
        #expect(try value("x", at: 59, series) == ["x 2"])
        #expect(try value("x", at: 60, series) == [])
        #expect(try value("x", at: 90, series) == [])
        #expect(try value("x", at: 120, series) == ["x 5"])
        #expect(try value("count_over_time(x[10m])", at: 120, series) == ["{} 3"])
    }

    @Test("a rate is extrapolated to the range's edges where samples come close, and never below a counter's zero")
    func extrapolation() throws {
        // Samples at 30 … 120 s; the range (0 s, 120 s] begins 30 s before the first: one mean distance, so it is reached, if 1.1 of it is not passed.
        #expect(try value("increase(x[2m])", at: 120, ["x": "_ 100+10x3"]) == ["{} 40"])
        // The counter was 0 at 20 s: only 10 s are added at the start.
        #expect(try value("increase(x[2m])", at: 120, ["x": "_ 10+30x3"]) == ["{} 100"])
        #expect(try value("delta(x[2m])", at: 120, ["x": "_ 10+30x3"]) == ["{} 120"])
        // The series begins far inside: half a mean distance.
        #expect(try value("increase(x[10m])", at: 600, ["x": "_x16 100+10x4"]) == ["{} 45"])
        #expect(try value("rate(x[2m])", at: 120, ["x": "_ 100"]) == [])
        // A reset counts from zero.
        #expect(try value("increase(x[90s])", at: 120, ["x": "_ _ 100 5 15"]) == ["{} 22.5"])
    }

    @Test("a quantile lies between the bounds of its bucket")
    func quantiles() throws {
        let series = ["h{le=\"1\"}": "10", "h{le=\"2\"}": "30", "h{le=\"+Inf\"}": "40"]
        #expect(try value("histogram_quantile(0.5, h)", at: 0, series) == ["{} 1.5"])
        #expect(try value("histogram_quantile(0.1, h)", at: 0, series) == ["{} 0.4"])
        #expect(try value("histogram_quantile(0.99, h)", at: 0, series) == ["{} 2"])
        #expect(try value("histogram_quantile(0.5, h{le!=\"+Inf\"})", at: 0, series) == ["{} NaN"])
        let falling = ["h{le=\"1\"}": "10", "h{le=\"2\"}": "9", "h{le=\"+Inf\"}": "20"]
        #expect(try value("histogram_quantile(0.75, h)", at: 0, falling) == ["{} 2"])
    }

    @Test("samples that match many to many are an error that names them")
    func manyToMany() throws {
        let series = ["a{x=\"1\"}": "1", "b{x=\"1\",y=\"1\"}": "2", "b{x=\"1\",y=\"2\"}": "3"]
        #expect(throws: EvaluationError.self) { try value("a * on (x) b", at: 0, series) }
        #expect(throws: EvaluationError.self) { try value("b * on (x) a", at: 0, series) }
        #expect(
            try value("b * on (x) group_left a", at: 0, series) == [
                "{x=\"1\", y=\"1\"} 2", "{x=\"1\", y=\"2\"} 3",
            ])
        #expect(throws: EvaluationError("vector cannot contain metrics with the same labelset")) {
            try value("rate({__name__=~\"a|c\"}[5m])", at: 60, ["a{x=\"1\"}": "1 2 3", "c{x=\"1\"}": "1 2 3"])
        }
    }

    @Test("absence has the labels that must be equal")
    func absence() throws {
        #expect(
            try value("absent(up{job=\"a\",env=~\"p.*\",dc=\"x\",dc=\"y\"})", at: 0, ["x": "1"]) == ["{job=\"a\"} 1"])
        #expect(try value("absent(x)", at: 0, ["x": "1"]) == [])
        #expect(try value("absent(((up{job=\"a\"})))", at: 0, ["x": "1"]) == ["{job=\"a\"} 1"])
        #expect(try value("absent_over_time((up{job=\"a\"}[5m]))", at: 0, ["x": "1"]) == ["{job=\"a\"} 1"])
        #expect(try value("absent(up{a=~\"x|y\",a=\"z\"})", at: 0, ["x": "1"]) == ["{a=\"z\"} 1"])
        #expect(try value("absent(sum(nothing))", at: 0, ["x": "1"]) == ["{} 1"])
    }

    @Test("a subquery of too many steps is refused, not computed")
    func bounded() {
        #expect(throws: EvaluationError.self) { try value("max_over_time(x[1y:1ms])", at: 0, ["x": "1"]) }
    }

    @Test("numbers are written as Go writes them")
    func numbers() {
        let table: [(Double, String, String)] = [
            (0, "0", "0"), (1, "1", "1"), (-1.5, "-1.5", "-1.5"), (1e21, "1000000000000000000000", "1e+21"),
            (1e20, "100000000000000000000", "1e+20"), (1.25e-5, "0.0000125", "1.25e-05"), (1e-4, "0.0001", "0.0001"),
            (999_999, "999999", "999999"), (1e6, "1000000", "1e+06"), (-1_234_567, "-1234567", "-1.234567e+06"),
            (123_456_789.125, "123456789.125", "1.23456789125e+08"), (.infinity, "+Inf", "+Inf"), (0.1, "0.1", "0.1"),
            (-.infinity, "-Inf", "-Inf"), (.nan, "NaN", "NaN"),
            (.leastNonzeroMagnitude, "0." + String(repeating: "0", count: 323) + "5", "5e-324"),
        ]
        for (number, shortest, general) in table {
            #expect(GoNumber.shortest(number) == shortest)
            #expect(GoNumber.general(number) == general)
        }
        let format =
            "{{ $value }} {{ printf `%v|%g|%G|%+v|%.4v|%012v|%-14g|%d` .Value .Value .Value .Value .Value .Value .Value .Value }}"
        let text = Template(format).expand(Template.Context(labels: .empty, value: -1_234_567))
        #expect(
            text
                == "-1.234567e+06 -1.234567e+06|-1.234567e+06|-1.234567E+06|-1.234567e+06|-1.235e+06|-1.234567e+06|-1.234567e+06 |%!d(float64=-1.234567e+06)"
        )
        let small = Template("{{ printf `%012v|%+v|%+g|%6v` .Value .Value .Value .Value }}")
        #expect(small.expand(Template.Context(labels: .empty, value: -1e6)) == "-0000001e+06|-1e+06|-1e+06|-1e+06")
        #expect(small.expand(Template.Context(labels: .empty, value: 21)) == "000000000021|21|+21|    21")
    }

    @Test("count_values groups by the value's label, which without can take away again")
    func countedValues() throws {
        let series = ["m{a=\"x\"}": "5", "m{a=\"y\"}": "5"]
        for (expression, counts) in [
            ("count_values(\"a\", m)", ["{a=\"5\"} 2"]), ("count_values(\"a\", m) without ()", ["{a=\"5\"} 2"]),
            ("count_values(\"a\", m) without (a)", ["{} 2"]), ("count_values(\"a\", m) by (a)", ["{a=\"5\"} 2"]),
            ("count_values(\"b\", m) by (a)", ["{a=\"x\", b=\"5\"} 1", "{a=\"y\", b=\"5\"} 1"]),
            (
                "label_replace(count_values(\"__name__\", m), \"n\", \"$1\", \"__name__\", \"(.*)\") * 1",
                ["{n=\"5\"} 2"]
            ),
            ("count_values(\"__name__\", m) without ()", ["{a=\"x\"} 1", "{a=\"y\"} 1"]),
        ] {
            #expect(try value(expression, at: 0, series) == counts, "\(expression)")
        }
    }

    @Test("a comparison keeps the name, unless the name is not matched on")
    func comparedNames() throws {
        let series = ["m{a=\"x\"}": "5", "n{a=\"x\"}": "5"]
        for (expression, result) in [
            ("m == n", "m{a=\"x\"} 5"), ("m == ignoring (a) n", "m 5"), ("m == ignoring (__name__) n", "{a=\"x\"} 5"),
            ("m == on (a) n", "{a=\"x\"} 5"), ("m == on (__name__, a) m", "m{a=\"x\"} 5"),
            ("m == ignoring (__name__) group_left n", "m{a=\"x\"} 5"),
        ] {
            #expect(try value(expression, at: 0, series) == [result], "\(expression)")
        }
    }

    @Test("bounds that are infinite or no number clamp as Go's math.Max and math.Min")
    func clamps() throws {
        for (expression, result) in [
            ("clamp_max(vector(-Inf), NaN)", "-Inf"), ("clamp_min(vector(+Inf), NaN)", "+Inf"),
            ("clamp_max(vector(+Inf), NaN)", "NaN"), ("clamp(vector(NaN), +Inf, +Inf)", "+Inf"),
            ("clamp(vector(NaN), -Inf, +Inf)", "NaN"), ("clamp(vector(7), 1, 3)", "3"),
        ] {
            #expect(try value(expression, at: 0, [:]) == ["{} \(result)"], "\(expression)")
        }
    }

    @Test("labels of the same look in other bytes are two, and marks that combine do not hide a quote")
    func bytes() throws {
        let (one, two) = ("m{a=\"\u{e9}\"}", "m{a=\"e\u{301}\"}")
        let series = [one: "1", two.replacing("m", with: "n"): "2"]
        #expect(try value("{__name__=~\"m|n\"} * 1", at: 0, series).count == 2)
        for pattern in ["=", "=~"] {
            #expect(try value(one.replacing("=", with: pattern), at: 0, series) == ["\(one) 1"])
            #expect(try value(two.replacing("=", with: pattern), at: 0, series) == [])
        }
        let marked = "m{a=\"\u{301}x\"}"
        #expect(try PromQLParser.parse(marked).description == marked)
    }
}
