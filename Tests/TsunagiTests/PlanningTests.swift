import Control
import Testing

@testable import ControlClient

@Suite struct `Reckoning without a daemon` {
  /// What it printed, what it complained of, and what it ended with.
  private func tsunagi(_ line: String, locale: String = "C") -> (output: String, errors: String, code: Int32) {
    final class Texts { var output = "", errors = "" }
    let texts = Texts()
    let program = ClientProgram(
      environment: ["LANG": locale], isTerminal: false, output: { texts.output += $0 }, errors: { texts.errors += $0 })
    let code = program.run(line.split(separator: " ").map(String.init), version: "1")
    return (texts.output, texts.errors, code)
  }

  @Test func `a simulation prints its figures, as text and as JSON, and the seed repeats it`() throws {
    let line = "simulate --arrivals-per-hour 100 --handling-seconds 90 --agents 3 --calls 2000 --seed 7"
    let json = tsunagi(line + " --json")
    #expect(json.code == 0 && json.errors.isEmpty)
    guard case .object(let members) = try JSON(reading: json.output.utf8) else { throw UsageError("no object") }
    #expect(members["calls"] == .integer(1900))
    for key in ["mean_wait_seconds", "service_level", "abandoned", "occupancy", "probability_of_waiting"] {
      guard case .number(let value)? = members[key] else {
        // A whole number is written without a fraction.
        #expect(members[key] == .integer(0), "\(key)")
        continue
      }
      #expect(value >= 0)
    }
    #expect(tsunagi(line + " --json").output == json.output)
    #expect(tsunagi(line.replacing("--seed 7", with: "--seed 8") + " --json").output != json.output)
    let text = tsunagi(line)
    #expect(text.output.contains("mean wait ") && text.output.contains("service level in 20 s"))
    #expect(tsunagi(line, locale: "ja_JP.UTF-8").output.contains("平均待ち時間"))
    #expect(!text.output.contains("without end"))
  }

  @Test func `more work than the agents can do is said`() {
    let line = "simulate --arrivals-per-hour 100 --handling-seconds 90 --agents 2 --calls 1000"
    #expect(tsunagi(line).output.contains("without end"))
    #expect(!tsunagi(line + " --patience-seconds 60").output.contains("without end"))
  }

  @Test func `agents by the half hour`() throws {
    let day = tsunagi("staff --handling-seconds 240 --from 9:00 120 0 240")
    let lines = day.output.split(separator: "\n")
    #expect(lines.count == 4)
    // 16 erlang for 80 % within 20 s: the schoolbooks' 20 agents.
    #expect(lines[1].hasPrefix("09:00") && lines[1].split(separator: " ")[2] == "20")
    #expect(lines[2].hasPrefix("09:30") && lines[2].split(separator: " ")[2] == "0")
    #expect(lines[3].hasPrefix("10:00"))
    let json = tsunagi("staff --handling-seconds 240 --from 23:30 --json 120 1000000")
    guard case .array(let halves) = try JSON(reading: json.output.utf8), case .object(let last)? = halves.last else {
      throw UsageError("no array")
    }
    #expect(last["from"] == .string("00:00"))
    #expect(last["agents"] == .null)
  }

  @Test(arguments: [
    (
      "simulate",
      "what is to be simulated? one's own queues and agents (--config FILE --stream STREAM), or one queue"
        + " (--arrivals-per-hour N --handling-seconds S --agents N)"
    ), ("simulate --agents 3", "--handling-seconds is missing"),
    (
      "staff --handling-seconds 10 --service-level 1 3",
      "--service-level: expected a number from 0 to 0.9999, not \"1\" (no number of agents is sure to be enough)"
    ),
    (
      "simulate --agents 3 --handling-seconds 3 --arrivals-per-hour 3 --ring-seconds 30",
      "--ring-seconds: expected a number from 0 to 19.999, not \"30\" (phones here answer before a queue gives"
        + " them up, which is after 20 s unless told)"
    ),
    ("staff --handling-seconds 10", "CALLS"),
    ("simulate --handling-seconds 0 --agents 1 --arrivals-per-hour 1", "--handling-seconds: expected a number above 0"),
    ("simulate --handling-seconds 9 --agents 0 --arrivals-per-hour 1", "--agents: expected a whole number"),
    ("simulate --handling-seconds 9 --agents 1 --arrivals-per-hour nan", "--arrivals-per-hour"),
    ("simulate --handling-seconds 9 --agents 1 --arrivals-per-hour 1 --calls 10", "--calls"),
    ("simulate --handling-seconds 9 --agents 1 --arrivals-per-hour 1 --seed -1", "--seed"),
    ("staff --handling-seconds 10 --from 9 1", "--from"), ("staff --handling-seconds 10 --from +9::30 1", "--from"),
    ("staff --handling-seconds 10 --from 24:00 1", "--from"), ("staff --handling-seconds 10 --from 09:15 1", "--from"),
    ("staff --handling-seconds 10 x", "CALLS"),
    ("staff --handling-seconds 10 --service-level 1 5", "--service-level"),
  ])
  func `what cannot be reckoned is said, with what and where`(line: String, words: String) {
    let result = tsunagi(line)
    #expect(result.code == 2)
    #expect(result.errors.contains(words), "\(result.errors)")
  }

  @Test func `figures are rounded as people do`() {
    #expect(Figure.text(0.0005, decimals: 3) == "0.001")
    #expect(Figure.text(-12.345, decimals: 1) == "-12.3")
    #expect(Figure.text(20) == "20")
    #expect(Figure.text(2.50) == "2.5")
    #expect(Figure.text(1e300, decimals: 2) == "1e+300")
    #expect(Figure.percent(0.8165) == "81.7 %")
  }
}
