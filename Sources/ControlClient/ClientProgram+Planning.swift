import Control
import Simulation
import Staffing

// Reckoning that needs no daemon.
extension ClientProgram {
  func simulate(_ wish: SimulationWish, json: Bool) {
    var scenario = Scenario.plain(
      agents: wish.agents, arrivalsPerHour: wish.arrivalsPerHour, handling: wish.handling,
      patience: wish.patienceSeconds.map { .exponential(mean: $0) }, wrapUpSeconds: wish.wrapUpSeconds)
    scenario.ringSeconds = wish.ringSeconds
    scenario.thresholdSeconds = wish.thresholdSeconds
    scenario.calls = wish.calls
    scenario.uncounted = wish.calls / 20
    scenario.seed = wish.seed
    var simulation = Simulation(scenario)
    let outcome = simulation.run { share in progress(share) }
    progress(nil)
    output(json ? JSONLine.text(self.json(outcome, wish)) + "\n" : text(outcome, wish))
  }

  /// A bar that is drawn over itself, and wiped off at the end.
  private func progress(_ share: Double?) {
    guard showsProgress else { return }
    let width = 40
    guard let share else { return errors("\r\(String(repeating: " ", count: width + 8))\r") }
    let done = Int(share * Double(width))
    let bar = String(repeating: "█", count: done) + String(repeating: "░", count: width - done)
    errors("\r\(bar) \(Int(share * 100)) %")
  }

  private func text(_ outcome: Outcome, _ wish: SimulationWish) -> String {
    var table = Table(columns: [.init(heading: rendering.words["FIGURE"]), .init(heading: rendering.words["VALUE"])])
    func add(_ name: String, _ value: String) { table.rows.append([rendering.words[name], value]) }
    func seconds(_ estimate: Estimate) -> String {
      "\(Figure.text(estimate.value, decimals: 2)) s ± \(Figure.text(estimate.halfWidth, decimals: 2))"
    }
    func share(_ estimate: Estimate) -> String {
      "\(Figure.percent(estimate.value)) ± \(Figure.text(estimate.halfWidth * 100, decimals: 1))"
    }
    add("calls counted", "\(outcome.calls)")
    add("mean wait", seconds(outcome.meanWaitSeconds))
    add("mean speed of answer", seconds(outcome.meanAnswerSeconds))
    add(
      "wait p50 / p90 / p99",
      [outcome.medianWaitSeconds, outcome.p90WaitSeconds, outcome.p99WaitSeconds].map { Figure.text($0, decimals: 1) }
        .joined(separator: " / ") + " s")
    add("probability of waiting", share(outcome.probabilityOfWaiting))
    add("service level in \(Figure.text(wish.thresholdSeconds)) s", share(outcome.serviceLevel))
    add("abandoned", share(outcome.abandonment))
    add("occupancy", Figure.percent(outcome.occupancy))
    var text = table.text(emphasis: rendering.emphasis)
    if wish.isOverloaded {
      text +=
        "\(rendering.words["More work comes than the agents can do: the queue grows without end, and so do the waits."])\n"
    }
    return text
  }

  private func json(_ outcome: Outcome, _ wish: SimulationWish) -> JSON {
    func number(_ value: Double) -> JSON { value.isFinite ? .number(value) : .null }
    return .object([
      "calls": .integer(Int64(outcome.calls)), "answered": .integer(Int64(outcome.answered)),
      "abandoned_calls": .integer(Int64(outcome.gaveUp)), "cut_by_system": .integer(Int64(outcome.cutBySystem)),
      "mean_wait_seconds": number(outcome.meanWaitSeconds.value),
      "mean_wait_half_width": number(outcome.meanWaitSeconds.halfWidth),
      "mean_answer_seconds": number(outcome.meanAnswerSeconds.value),
      "wait_p50_seconds": number(outcome.medianWaitSeconds), "wait_p90_seconds": number(outcome.p90WaitSeconds),
      "wait_p99_seconds": number(outcome.p99WaitSeconds),
      "probability_of_waiting": number(outcome.probabilityOfWaiting.value),
      "probability_of_waiting_half_width": number(outcome.probabilityOfWaiting.halfWidth),
      "service_level": number(outcome.serviceLevel.value),
      "service_level_half_width": number(outcome.serviceLevel.halfWidth),
      "threshold_seconds": number(wish.thresholdSeconds), "abandoned": number(outcome.abandonment.value),
      "abandoned_half_width": number(outcome.abandonment.halfWidth), "occupancy": number(outcome.occupancy),
      "simulated_seconds": number(outcome.simulatedSeconds), "seed": .integer(Int64(clamping: wish.seed)),
    ])
  }

  // MARK: Staffing

  func staff(_ wish: StaffingWish, json: Bool) {
    let lines = wish.calls.enumerated().map { (index, calls) in
      (
        start: (wish.from + index * 30) % (24 * 60), calls: calls,
        need: Load(
          arrivalsPerHour: calls * 2, handlingSeconds: wish.handlingSeconds, patienceSeconds: wish.patienceSeconds)?
          .agents(forServiceLevel: wish.serviceLevel, thresholdSeconds: wish.thresholdSeconds)
      )
    }
    func time(_ minutes: Int) -> String {
      let (hour, minute) = (minutes / 60, minutes % 60)
      return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }
    if json {
      let halfHours = lines.map { line -> JSON in
        .object([
          "from": .string(time(line.start)), "calls": .number(line.calls),
          // No calls need nobody; what more than all could not serve has no number.
          "agents": line.calls == 0 ? .integer(0) : line.need.map { .integer(Int64($0.agents)) } ?? .null,
          "service_level": line.need.map { .number($0.serviceLevel) } ?? .null,
          "mean_wait_seconds": line.need?.meanWaitSeconds.map { .number($0) } ?? .null,
          "abandoned": line.need.map { .number($0.abandonment) } ?? .null,
          "occupancy": line.need.map { .number($0.occupancy) } ?? .null,
        ])
      }
      return output(JSONLine.text(JSON.array(halfHours)) + "\n")
    }
    let headings = ["HALF HOUR", "CALLS", "AGENTS", "SERVICE LEVEL", "MEAN WAIT", "ABANDONED", "OCCUPANCY"]
    var table = Table(
      columns: headings.map { .init(heading: rendering.words[$0], alignsRight: $0 != "HALF HOUR") })
    for line in lines {
      let agents = line.calls == 0 ? "0" : line.need.map { "\($0.agents)" } ?? "> 10000"
      table.rows.append([
        time(line.start), Figure.text(line.calls), agents, line.need.map { Figure.percent($0.serviceLevel) } ?? "",
        line.need?.meanWaitSeconds.map { Figure.text($0, decimals: 1) + " s" } ?? "",
        line.need.map { Figure.percent($0.abandonment) } ?? "", line.need.map { Figure.percent($0.occupancy) } ?? "",
      ])
    }
    output(table.text(emphasis: rendering.emphasis))
  }
}

extension SimulationWish {
  /// Callers who wait for ever, and more of them than can be served.
  fileprivate var isOverloaded: Bool {
    let busy = handling.mean + wrapUpSeconds + ringSeconds
    return patienceSeconds == nil && arrivalsPerHour / 3600 * busy >= Double(agents)
  }
}
