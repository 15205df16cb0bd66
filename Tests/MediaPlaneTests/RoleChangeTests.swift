import CMediaPlane
import TelephonyTesting
import Testing

/// Two supervisors who come, whisper, barge, step back, take over and go, while all talk: at no ear a click.
@Suite(.fewAtOnce, .onTime) struct RoleChangeTests {
  struct Case: CustomStringConvertible {
    /// Of the customer, the agent and the two supervisors.
    let codings: [Coding]
    var description: String { codings.map(\.description).joined(separator: " ") }

    static let all: [Case] =
      Coding.allCases.map { Case(codings: [$0, $0, $0, $0]) }
      + [
        [Coding.pcmu, .opus, .pcma, .g722], [.opus, .g722, .opus, .pcmu], [.g722, .pcmu, .g722, .opus],
        [.pcma, .pcmu, .opus, .pcmu],
      ].map(Case.init)
  }

  enum Role: Int { case absent, listen, whisper, barge, takeOver }

  /// What the two supervisors are, one after the other.
  private static let steps: [(Role, Role)] = [
    (.absent, .absent), (.listen, .absent), (.whisper, .absent), (.whisper, .listen), (.whisper, .whisper),
    (.barge, .whisper), (.barge, .barge), (.listen, .barge), (.whisper, .listen), (.takeOver, .listen),
    (.takeOver, .absent),
  ]
  private static let pace = 0.6
  private static let mostRuns = isLate ? 1 : 15

  private struct Parties {
    let plane: Plane
    let phones: [Phone]

    init(_ codings: [Coding]) throws {
      let plane = try Plane()
      self.plane = plane
      phones = try zip(codings, [397.0, 503, 631, 281]).map { coding, frequency in
        try Phone(plane, coding, says: tone(frequency, amplitude: 2000))
      }
    }

    /// The links of these roles and no others.
    func set(_ roles: (Role, Role)) {
      let (customer, agent) = (phones[0].leg, phones[1].leg)
      let supervisors = [(phones[2].leg, roles.0), (phones[3].leg, roles.1)]
      let isTaken = roles.0 == .takeOver || roles.1 == .takeOver
      func set(_ from: media_id, _ to: media_id, _ hears: Bool) {
        if hears { plane.link(from, to) } else { plane.unlink(from, to) }
      }
      set(customer, agent, !isTaken)
      set(agent, customer, !isTaken)
      for (supervisor, role) in supervisors {
        set(customer, supervisor, role != .absent)
        set(agent, supervisor, role != .absent && !isTaken)
        set(supervisor, agent, (role == .whisper || role == .barge) && !isTaken)
        set(supervisor, customer, role == .barge || role == .takeOver)
      }
      let (first, second) = (supervisors[0], supervisors[1])
      set(first.0, second.0, second.1 != .absent && first.1 != .absent && first.1 != .listen)
      set(second.0, first.0, first.1 != .absent && second.1 != .absent && second.1 != .listen)
    }
  }

  /// Until each change has been judged once at least while the machine was on time: every such change counts, and none may
  /// be left that never was. Where it clicked it is judged once more, as what is late on its way to an ear is not seen: a
  /// fault clicks again.
  @Test(arguments: isLate ? Array(Case.all.suffix(2)) : Case.all) func `No change of roles is a click at any ear`(
    one: Case
  ) async throws {
    let moments = Self.steps.indices.map { Double($0) * Self.pace + 0.013 * Double($0) }
    var judged: [Int: Int] = [:]
    /// By how much, at each change at each ear.
    var clicks: [[Int]: [Int]] = [:]
    func isJudged(_ index: Int) -> Bool {
      judged[index, default: 0] > (clicks.keys.contains { $0.first == index } ? 1 : 0)
    }
    for _ in 0..<Self.mostRuns where !moments.indices.dropFirst().allSatisfy(isJudged) {
      let parties = try Parties(one.codings)
      let wire = Wire(parties.phones)
      parties.set(Self.steps[0])
      // What a late packet's place was filled with is no click of ours.
      var madeUp: [Int: [[UInt64]]] = [:]
      for (index, moment) in moments.enumerated().dropFirst() {
        wire.at(moment) { parties.set(Self.steps[index]) }
        for at in [moment - 0.3, moment + 0.5] {
          wire.at(at) {
            madeUp[index, default: []].append(parties.phones.map { parties.plane.statistics($0.leg).concealed })
          }
        }
      }
      await wire.run((moments.last ?? 0) + 1)
      let onTime = moments.indices.dropFirst().filter {
        wire.lateness(in: moments[$0] - 0.3...moments[$0] + 0.5) <= 20 && madeUp[$0]?.first == madeUp[$0]?.last
      }
      for index in onTime { judged[index, default: 0] += 1 }
      for (ear, phone) in parties.phones.enumerated() {
        let heard = phone.heard()
        for index in onTime {
          let step = click(in: heard, at: moments[index])
          if step > 327 { clicks[[index, ear], default: []].append(step) }
        }
      }
    }
    for (place, steps) in clicks {
      #expect(steps.count < 2, "at ear \(place[1]) the change to \(Self.steps[place[0]]): \(steps)")
    }
    for index in moments.indices.dropFirst() {
      #expect(
        isJudged(index), "the change to \(Self.steps[index]) was not judged: the machine was never on time")
    }
  }

  /// By how much the biggest step around a moment is above those before and after it.
  private func click(in heard: [Int16], at moment: Double) -> Int {
    let before = biggestStep(heard.seconds(moment - 0.3...moment - 0.1))
    let after = biggestStep(heard.seconds(moment + 0.3...moment + 0.5))
    return biggestStep(heard.seconds(moment - 0.1...moment + 0.3)) - max(before, after)
  }
}
