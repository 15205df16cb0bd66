import CMediaPlane
import TelephonyTesting
import Testing

/// Between passing through and mixing while somebody talks.
@Suite(.fewAtOnce, .onTime) struct SwitchTests {
  private static let switches = [1.053, 1.607, 2.111, 2.613, 3.337, 3.837]

  private struct Run {
    let talker: Phone
    let listener: Phone
    let wire: Wire
    let passed: [Bool]
  }

  /// A third leg is linked to the listener, silent, and taken away again, by turns.
  private func run(_ coding: Coding, says: @escaping (Int) -> Int16) async throws -> Run {
    let plane = try Plane()
    let talker = try Phone(plane, coding, says: says)
    let listener = try Phone(plane, coding, says: tone(503))
    let third = try Phone(plane, coding, says: { _ in 0 })
    plane.link(talker.leg, listener.leg)
    plane.link(listener.leg, talker.leg)
    let wire = Wire([talker, listener, third])
    wire.watch(plane, for: 4.6)
    var passed: [Bool] = []
    for (index, moment) in Self.switches.enumerated() {
      wire.at(moment) {
        if index % 2 == 0 { plane.link(third.leg, listener.leg) } else { plane.unlink(third.leg, listener.leg) }
      }
      wire.at(moment + 0.48) { passed.append(plane.statistics(listener.leg).is_passed_through) }
    }
    await wire.run(4.6)
    return Run(talker: talker, listener: listener, wire: wire, passed: passed)
  }

  private static let mostRuns = isLate ? 1 : 24

  /// Runs until each switch has been judged once at least while the machine let the phones speak on time: every such
  /// switch counts. A machine that never is, of a switch into the mix or of one out of it, has shown nothing.
  /// What the plane itself was late there, by its own clock, is added to the limit of milliseconds, up to a tick: where
  /// it was later than that the switch is not judged.
  private func judge(
    _ measure: () async throws -> (Wire, [Int]), limit: Int, isTime: Bool = false, late: Int64, _ what: Comment
  ) async throws {
    var judged = Set<Int>()
    for _ in 0..<Self.mostRuns where judged.count < Self.switches.count {
      let (wire, found) = try await measure()
      for (index, (found, moment)) in zip(found, Self.switches).enumerated()
      where wire.lateness(in: moment - 0.3...moment + 0.5) <= late {
        let forgiven = isTime ? wire.planeLateness(in: moment - 0.3...moment + 0.5) : 0
        guard forgiven <= 20 else { continue }
        judged.insert(index)
        #expect(found <= limit + forgiven, "\(what.rawValue) at \(moment) s, \(forgiven) of them forgiven")
      }
    }
    for (rest, kind) in ["into the mix", "out of the mix"].enumerated() {
      #expect(judged.contains { $0 % 2 == rest }, "no switch \(kind) was judged: the machine was never on time")
    }
  }

  @Test(arguments: [Coding.pcmu, .pcma]) func `At most 40 ms of what is said are not heard`(coding: Coding) async throws
  {
    try await judge({ try await losses(coding) }, limit: 40, isTime: true, late: 5, "milliseconds")
  }

  /// Milliseconds that are not heard around each switch.
  private func losses(_ coding: Coding) async throws -> (Wire, [Int]) {
    let says = noise()
    let run = try await run(coding, says: says)
    let said = (0..<8000 * 4).map(says)
    let heard = run.listener.heard()
    // What goes out at once when the mix is left is taken back when it is entered again.
    let (first, last) = try (#require(run.listener.received.first), #require(run.listener.received.last))
    let ahead = Int(last.timestamp &- first.timestamp) / 8 - Int((last.at - first.at) / 1_000_000)
    #expect(ahead < 130 || run.wire.lateness(in: 0...5) > 5)
    return (
      run.wire,
      // To look takes longer than the call, and is forgiven anyway.
      isLate
        ? []
        : Self.switches.map {
          missingMilliseconds(of: said.seconds($0 - 0.25...$0 + 0.25), in: heard.seconds($0 - 0.4...$0 + 0.6))
        }
    )
  }

  /// By how much the biggest step around a switch is above the tone's own, for each.
  private func clicks(_ coding: Coding, _ says: @escaping (Int) -> Int16, comesBack: Bool) async throws -> (Wire, [Int])
  {
    let run = try await run(coding, says: says)
    if run.wire.lateness(in: 0...5) <= 20 {
      #expect(run.passed == Self.switches.indices.map { comesBack && $0 % 2 == 1 })
    }
    let heard = run.listener.heard()
    let own = biggestStep(heard.seconds(0.4...0.9))
    return (run.wire, Self.switches.map { biggestStep(heard.seconds($0 - 0.2...$0 + 0.5)) - own })
  }

  @Test(arguments: Coding.allCases) func `A switch is no click`(coding: Coding) async throws {
    let says = tone(397)
    // A codec that remembers is not joined while somebody speaks.
    try await judge(
      { try await clicks(coding, says, comesBack: coding == .pcmu || coding == .pcma) }, limit: 327, late: 20, "a step")
  }

  /// Who is on hold is taken off again, time after time.
  @Test(arguments: Coding.allCases) func `Music that makes way for a voice is no click`(coding: Coding) async throws {
    let says = tone(397, amplitude: 4000)
    try await judge(
      {
        let plane = try Plane()
        let talker = try Phone(plane, coding, says: says)
        let listener = try Phone(plane, coding, says: { _ in 0 })
        let path = "\(plane.folder)/music.wav"
        try #require(writeWAV((0..<32000).map(says), to: path))
        var music: media_id = 0
        try #require(media_music_open(plane.pointer, path, &music, nil, 0) == Int32(MEDIA_OK))
        plane.link(talker.leg, listener.leg)
        let wire = Wire([talker, listener])
        for (index, moment) in Self.switches.enumerated() {
          wire.at(moment) {
            let (gone, new) = index % 2 == 0 ? (talker.leg, music) : (music, talker.leg)
            plane.unlink(gone, listener.leg)
            plane.link(new, listener.leg)
          }
        }
        await wire.run(4.6)
        let heard = listener.heard()
        let own = biggestStep(heard.seconds(0.4...0.9))
        return (wire, Self.switches.map { biggestStep(heard.seconds($0 - 0.2...$0 + 0.5)) - own })
      }, limit: 327, late: 20, "a step")
  }

  @Test(arguments: Coding.allCases) func `Who says nothing after the mix is left is not caught up with later`(
    coding: Coding
  ) async throws {
    let plane = try Plane()
    let talker = try Phone(plane, coding, says: words(397))
    let listener = try Phone(plane, coding, says: { _ in 0 })
    let third = try Phone(plane, coding, says: { _ in 0 })
    plane.link(talker.leg, listener.leg)
    plane.link(third.leg, listener.leg)
    let wire = Wire([talker, listener, third])
    wire.at(1) { talker.isMute = true }
    wire.at(1.5) { plane.unlink(third.leg, listener.leg) }
    wire.at(5.013) {
      #expect(isLate || plane.statistics(listener.leg).is_passed_through)
      talker.isMute = false
    }
    await wire.run(5.6)
    let all = listener.received, first = try #require(all.first)
    let leads = all.map { Int($0.timestamp &- first.timestamp) / coding.ticks - Int(($0.at - first.at) / 1_000_000) }
    #expect(leads.allSatisfy { $0 < 130 } || wire.lateness(in: 0...6) > 20, "\(leads.max() ?? 0) ms ahead")
    #expect(all.count { $0.at > 4_800_000_000 } <= 45)
  }

  @Test(arguments: [Coding.g722, .opus])
  func `Who waits for a pause in the mix makes nothing of a packet out of order, and does not wait forever`(
    coding: Coding
  ) async throws {
    let plane = try Plane()
    let talker = try Phone(plane, coding, says: noise(amplitude: 500))
    let listener = try Phone(plane, coding, says: { _ in 0 })
    let third = try Phone(plane, coding, says: { _ in 0 })
    talker.network = { $0.sequence % 10 == 0 ? [0.03] : [0] }
    plane.link(talker.leg, listener.leg)
    plane.link(third.leg, listener.leg)
    let wire = Wire([talker, listener, third])
    var before = media_statistics()
    var after = media_statistics()
    wire.at(2) {
      plane.unlink(third.leg, listener.leg)
      before = plane.statistics(talker.leg)
    }
    wire.at(6) {
      after = plane.statistics(talker.leg)
      #expect(isLate || !plane.statistics(listener.leg).is_passed_through)
    }
    wire.at(12.9) { #expect(isLate || plane.statistics(listener.leg).is_passed_through) }
    await wire.run(13)
    guard wire.lateness(in: 0...6) <= 5 else { return }
    #expect(after.concealed == before.concealed)
    #expect(after.late == before.late)
  }

  @Test(arguments: Coding.allCases) func `A switch is no click between words either`(coding: Coding) async throws {
    let says = words(397)
    try await judge({ try await clicks(coding, says, comesBack: true) }, limit: 327, late: 20, "a step")
  }
}
