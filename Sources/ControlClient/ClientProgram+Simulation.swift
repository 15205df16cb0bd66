import Control
import Simulation
import Telephony

// The rules under virtual time.
extension ClientProgram {
  func simulate(_ wish: SimulationWish, json: Bool) throws(ClientError) {
    var scenario = try wish.scenario()
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

  // MARK: Text

  private func text(_ outcome: Outcome, _ wish: SimulationWish) -> String {
    var table = Table(columns: [.init(heading: rendering.words["FIGURE"]), .init(heading: rendering.words["VALUE"])])
    func add(_ name: String, _ value: String) { table.rows.append([rendering.words[name], value]) }
    let total = outcome.total
    add("calls counted", "\(total.calls)")
    if total.cutBySystem > 0 { add("ended or sent out by a rule", "\(total.cutBySystem)") }
    if total.unserved > 0 { add("never served", "\(total.unserved)") }
    add("mean wait", seconds(total.meanWaitSeconds))
    add("mean speed of answer", seconds(total.meanAnswerSeconds))
    add("wait p50", seconds(total.medianWaitSeconds))
    add("wait p90", seconds(total.p90WaitSeconds))
    add("wait p99", seconds(total.p99WaitSeconds))
    add("probability of waiting", share(total.probabilityOfWaiting))
    let threshold = Figure.text(wish.thresholdSeconds)
    add(
      rendering.words.japanese ? "\(threshold) 秒以内のサービスレベル" : "service level in \(threshold) s",
      share(total.serviceLevel))
    add("abandoned", share(total.abandonment))
    add("occupancy", share(outcome.occupancy))
    var text = table.text(emphasis: rendering.emphasis)
    if outcome.queues.count > 1 { text += "\n" + queues(outcome) }
    if wish.isOverloaded {
      text +=
        "\(rendering.words["More work comes than the agents can do: the queue grows without end, and so do the waits."])\n"
    }
    return text
  }

  private func queues(_ outcome: Outcome) -> String {
    let headings = ["QUEUE", "CALLS", "MEAN WAIT", "SERVICE LEVEL", "ABANDONED"]
    return rendering.table(
      headings, right: Set(headings.dropFirst()),
      outcome.queues.map { queue, service in
        [
          queue.rawValue, "\(service.calls)", seconds(service.meanWaitSeconds), share(service.serviceLevel),
          share(service.abandonment),
        ]
      })
  }

  /// With the half width of its interval behind it; a run that is too short has none.
  private func seconds(_ estimate: Estimate) -> String {
    guard estimate.halfWidth.isFinite else { return "\(Figure.text(estimate.value, decimals: 2)) s" }
    return "\(Figure.text(estimate.value, decimals: 2)) s ± \(Figure.text(estimate.halfWidth, decimals: 2))"
  }

  private func share(_ estimate: Estimate) -> String {
    guard estimate.halfWidth.isFinite else { return Figure.percent(estimate.value) }
    return "\(Figure.percent(estimate.value)) ± \(Figure.text(estimate.halfWidth * 100, decimals: 1))"
  }

  // MARK: JSON

  private func json(_ outcome: Outcome, _ wish: SimulationWish) -> JSON {
    var members = self.members(outcome.total)
    add("occupancy", "occupancy_half_width", outcome.occupancy, to: &members)
    members["threshold_seconds"] = .number(wish.thresholdSeconds)
    members["simulated_seconds"] = .number(outcome.simulatedSeconds)
    members["seed"] = .integer(Int64(clamping: wish.seed))
    if case .configured = wish.house {
      members["queues"] = .array(
        outcome.queues.map { queue, service in
          .object(self.members(service).merging(["queue": .string(queue.rawValue)]) { first, _ in first })
        })
    }
    return .object(members)
  }

  private func members(_ service: Service) -> [String: JSON] {
    var members: [String: JSON] = [
      "calls": .integer(Int64(service.calls)), "answered": .integer(Int64(service.answered)),
      "abandoned_calls": .integer(Int64(service.gaveUp)), "cut_by_system": .integer(Int64(service.cutBySystem)),
      "unserved": .integer(Int64(service.unserved)),
    ]
    add("mean_wait_seconds", "mean_wait_half_width", service.meanWaitSeconds, to: &members)
    add("mean_answer_seconds", "mean_answer_half_width", service.meanAnswerSeconds, to: &members)
    add("wait_p50_seconds", "wait_p50_half_width", service.medianWaitSeconds, to: &members)
    add("wait_p90_seconds", "wait_p90_half_width", service.p90WaitSeconds, to: &members)
    add("wait_p99_seconds", "wait_p99_half_width", service.p99WaitSeconds, to: &members)
    add("probability_of_waiting", "probability_of_waiting_half_width", service.probabilityOfWaiting, to: &members)
    add("service_level", "service_level_half_width", service.serviceLevel, to: &members)
    add("abandoned", "abandoned_half_width", service.abandonment, to: &members)
    return members
  }

  private func add(_ name: String, _ width: String, _ estimate: Estimate, to members: inout [String: JSON]) {
    members[name] = estimate.value.isFinite ? .number(estimate.value) : .null
    members[width] = estimate.halfWidth.isFinite ? .number(estimate.halfWidth) : .null
  }
}
