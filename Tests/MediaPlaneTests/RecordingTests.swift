import CMediaPlane
import Glibc
import TelephonyTesting
import Testing

/// Both sides of a recording fit together whatever the network does to each: everybody says the same noise at the same
/// moment, so that the channels are alike, and by how much one is behind the other can be measured at every second.
///
/// Ten seconds each, five where nobody is on time; a minute with TSUNAGI_SOAK=1, and then also an hour of everything together.
@Suite(.fewAtOnce, .onTime) struct RecordingTests {
  static let seconds: Double = isSoak ? 60 : isLate ? 5 : 10
  private static let isSoak = getenv("TSUNAGI_SOAK") != nil

  struct Impairment: CustomStringConvertible, Sendable {
    var description: String
    var loss = 0.0
    var jitter = 0.0
    var overtaken = 0.0
    var duplicates = 0.0

    static let loss = Impairment(description: "loss of 5 %", loss: 0.05)
    static let jitter = Impairment(description: "jitter up to 200 ms", jitter: 0.2)
    static let reordering = Impairment(description: "reordering of 10 %", overtaken: 0.1)

    static let all = [
      Impairment(description: "nothing"),
      Impairment(description: "loss of 1 %", loss: 0.01),
      loss,
      Impairment(description: "loss of 20 %", loss: 0.2),
      jitter,
      reordering,
      Impairment(description: "duplicates of 5 %", duplicates: 0.05),
      Impairment(
        description: "all together", loss: 0.05, jitter: 0.06, overtaken: 0.1, duplicates: 0.05),
    ]

    func apply(to phone: Phone, seed: UInt64) {
      var chance = SeededRandom(seed: seed)
      func one() -> Double { Double(chance.next() % 1_000_000) / 1_000_000 }
      phone.network = { _ in
        // The draws do not depend on one another, so that a seed always means the same.
        let (lost, late, overtaken, twice) = (one(), one(), one(), one())
        if lost < loss { return [] }
        let delay = late * jitter + (overtaken < self.overtaken ? 0.045 : 0)
        return twice < duplicates ? [delay, delay + 0.02] : [delay]
      }
    }
  }

  struct Pair {
    let plane: Plane
    let outside: Phone
    let agent: Phone
    let recording: media_id
    let opened: Int64

    /// A third beside the two, who says something else, is heard by nobody, and hears both.
    func supervisor() throws -> Phone {
      let supervisor = try Phone(plane, .pcma, says: tone(503, amplitude: 1000))
      plane.link(outside.leg, supervisor.leg)
      plane.link(agent.leg, supervisor.leg)
      return supervisor
    }

    init(_ codings: [Coding] = [.pcmu, .pcmu]) throws {
      plane = try Plane()
      outside = try Phone(plane, codings[0], says: noise())
      agent = try Phone(plane, codings[1], says: noise())
      opened = monotonicNanoseconds()
      recording = try plane.record("pair.wav")
      plane.link(outside.leg, agent.leg)
      plane.link(agent.leg, outside.leg)
      plane.link(outside.leg, recording, side: 0)
      plane.link(agent.leg, recording, side: 1)
    }

    func finish() async throws -> StereoFile {
      let closed = monotonicNanoseconds()
      let file = try await plane.finish(recording, "pair.wav")
      // 20 ms a minute, and what it takes to open and close.
      let length = Double(closed - opened) / 1e9
      #expect(abs(file.length - length) < 0.02 * length / 60 + 0.02)
      return file
    }
  }

  /// At every half second (or as `step` says) that is not left out, the right side says within 20 ms what the left side says;
  /// `unlike`: at how many of these the machine may have been late, so that much of it was made up.
  private func expectAligned(
    _ file: StereoFile, likeness: Double, from: Double = 0.5, until end: Double, step: Double = 0.5,
    except: [ClosedRange<Double>] = [], unlike most: Int = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let faults = misaligned(
      file, likeness: likeness, from: from, until: end, step: step, except: except, unlike: most)
    #expect(faults.isEmpty, sourceLocation: sourceLocation)
  }

  /// The same of a call that is made again, three times in all: where a core is taken away from the machine for a while, much
  /// is late and made up, but what is really askew is so each time.
  private func expectAligned(
    likeness: Double, from: Double = 0.5, until end: Double, sourceLocation: SourceLocation = #_sourceLocation,
    _ call: () async throws -> StereoFile
  ) async throws {
    var faults: [String] = []
    for _ in 1...3 {
      faults = misaligned(try await call(), likeness: likeness, from: from, until: end)
      if faults.isEmpty { return }
    }
    #expect(faults.isEmpty, "three times", sourceLocation: sourceLocation)
  }

  private func misaligned(
    _ file: StereoFile, likeness: Double, from: Double, until end: Double, step: Double = 0.5,
    except: [ClosedRange<Double>] = [], unlike most: Int = 0
  ) -> [String] {
    // It takes longer than the call, and is forgiven anyway.
    guard !isLate else { return [] }
    var faults: [String] = []
    var looked = 0
    var unlike = 0
    for start in stride(from: from, to: min(file.length, end) - 1.2, by: step) {
      guard !except.contains(where: { $0.overlaps(start - 0.1...start + 0.6) }) else { continue }
      looked += 1
      let found = lag(of: file.right, behind: file.left, at: Int(start * 8000), count: 3600, within: 800)
      if found.likeness <= likeness {
        unlike += 1
        if unlike <= most { continue }
      }
      if found.likeness <= likeness || abs(found.samples) > 160 {
        faults.append("at \(start) s: likeness \(found.likeness), \(found.samples) samples behind")
      }
    }
    return looked >= 6 ? faults : faults + ["only \(looked) places"]
  }

  @Test(arguments: isLate ? Array(Impairment.all.suffix(1)) : Impairment.all)
  func `Both sides fit together whatever the network does`(to: Impairment) async throws {
    let likeness = to.loss > 0.1 ? 0.2 : to.jitter > 0.1 ? 0.25 : 0.4
    try await expectAligned(likeness: likeness, from: 3, until: Self.seconds) {
      let pair = try Pair()
      to.apply(to: pair.outside, seed: 1)
      to.apply(to: pair.agent, seed: 2)
      await Wire([pair.outside, pair.agent]).run(Self.seconds)
      return try await pair.finish()
    }
  }

  @Test(arguments: isLate ? [Impairment.jitter] : [.loss, .jitter, .reordering])
  func `Both sides fit together whatever the network does, also where both are mixed`(to: Impairment) async throws {
    try await expectAligned(likeness: to.jitter > 0.1 ? 0.25 : 0.4, from: 3, until: Self.seconds) {
      let pair = try Pair([.pcmu, .g722])
      to.apply(to: pair.outside, seed: 3)
      to.apply(to: pair.agent, seed: 4)
      let wire = Wire([pair.outside, pair.agent])
      var passed: [Bool] = []
      wire.at(Self.seconds / 2) {
        passed = [pair.outside, pair.agent].map { pair.plane.statistics($0.leg).is_passed_through }
      }
      await wire.run(Self.seconds)
      #expect(passed == [false, false])
      return try await pair.finish()
    }
  }

  /// A second of each mode by turns; hers is the one network that is good.
  @Test(arguments: isLate ? [Impairment.jitter] : [.loss, .jitter, .reordering])
  func `Both sides fit together whatever the network does, also beside a supervisor`(to: Impairment) async throws {
    try await expectAligned(likeness: to.jitter > 0.1 ? 0.25 : 0.4, from: 3, until: Self.seconds) {
      let pair = try Pair()
      let supervisor = try pair.supervisor()
      to.apply(to: pair.outside, seed: 5)
      to.apply(to: pair.agent, seed: 6)
      let wire = Wire([pair.outside, pair.agent, supervisor])
      var passed: [Bool] = []
      let (plane, hers) = (pair.plane, supervisor.leg)
      for second in stride(from: 1, to: Self.seconds, by: 3) {
        // Whispering, barging, and listening again.
        wire.at(second) { plane.link(hers, pair.agent.leg) }
        wire.at(second + 1) {
          plane.link(hers, pair.outside.leg)
          plane.link(hers, pair.recording, side: 1)
        }
        wire.at(second + 1.5) { passed.append(plane.statistics(pair.outside.leg).is_passed_through) }
        wire.at(second + 2) {
          for ear in [pair.agent.leg, pair.outside.leg] { plane.unlink(hers, ear) }
          plane.unlink(hers, pair.recording, side: 1)
        }
      }
      await wire.run(Self.seconds)
      #expect(!passed.isEmpty && !passed.contains(true))
      return try await pair.finish()
    }
  }

  @Test(.enabled(if: isSoak, "it takes an hour")) func `Both sides fit together after an hour on the wire`()
    async throws
  {
    let hour = 3600.0
    let pair = try Pair()
    for impairment in Impairment.all.suffix(1) {
      impairment.apply(to: pair.outside, seed: 1)
      impairment.apply(to: pair.agent, seed: 2)
    }
    await Wire([pair.outside, pair.agent]).run(hour)
    // One in a hundred places: in an hour every machine has something else to do once.
    expectAligned(try await pair.finish(), likeness: 0.4, from: 3, until: hour, step: 10, unlike: 3)
  }

  @Test(arguments: [[Coding.pcma, .g722], [.opus, .pcmu]]) func `Both sides fit together whatever they speak`(
    codings: [Coding]
  ) async throws {
    let pair = try Pair(codings)
    await Wire([pair.outside, pair.agent]).run(5)
    expectAligned(try await pair.finish(), likeness: 0.4, until: 5)
  }

  @Test func `A side that begins another stream, waits, or speaks another codec stays where it is`() async throws {
    let pair = try Pair()
    let wire = Wire([pair.outside, pair.agent])
    wire.at(2) {
      pair.outside.ssrc = 0xBEEF
      pair.outside.sequence = 11
      pair.outside.timestamp = 4
    }
    // On hold: not recorded, then again.
    wire.at(4) { pair.plane.unlink(pair.outside.leg, pair.recording, side: 0) }
    wire.at(5) { pair.plane.link(pair.outside.leg, pair.recording, side: 0) }
    wire.at(7) { pair.agent.stream(.pcma) }
    wire.at(9) { media_leg_pause(pair.plane.pointer, pair.agent.leg) }
    wire.at(9.5) { pair.agent.stream() }
    await wire.run(12)
    let file = try await pair.finish()
    expectAligned(file, likeness: 0.4, until: 12, except: [1.9...2.2, 3.9...5.2, 6.9...7.3, 8.9...9.9])
    guard !isLate else { return }
    // The hold is silence, and no more than the hold.
    #expect(file.left.seconds(4.1...4.95).allSatisfy { $0 == 0 })
    #expect(file.left.seconds(3.7...3.9).contains { abs(Int($0)) > 1000 })
    #expect(file.left.seconds(5.1...5.3).contains { abs(Int($0)) > 1000 })
  }

  @Test func `What was said until the end is in it, and nothing of it twice`() async throws {
    let pair = try Pair()
    let wire = Wire([pair.outside, pair.agent])
    await wire.run(2)
    let file = try await pair.finish()
    let said = (0..<8000 * 2).map(noise())
    for side in [file.left, file.right] {
      #expect(missingMilliseconds(of: said.seconds(0...1.9), in: side[...]) <= 40)
    }
  }

  @Test func `A recording beside one that is gone leaves no file`() throws {
    let plane = try Plane()
    let main = try plane.record("main.wav")
    media_recording_close(plane.pointer, main)
    var beside: media_id = 0
    let code = media_recording_open_beside(plane.pointer, "main-supervisor.wav", 1, main, 0, &beside, nil, 0)
    #expect(code == Int32(MEDIA_GONE))
    #expect(access("\(plane.folder)/main.wav", F_OK) == 0)
    #expect(access("\(plane.folder)/main-supervisor.wav", F_OK) != 0)
  }
}
