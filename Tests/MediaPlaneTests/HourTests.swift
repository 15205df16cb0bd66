import CMediaPlane
import TelephonyTesting
import Testing

/// An hour of two streams in virtual time: where their packets' sound is put, by stamps and samples alone.
@Suite struct HourTests {
  /// A sender whose clock is off, behind a network that delays.
  private final class Sender {
    let ear: OpaquePointer
    let codec: OpaquePointer
    var line = timeline()
    private let drift: Double
    private var chance: SeededRandom
    private let jitter: Double
    private var flying: [(at: Double, number: UInt64)] = []
    private var next: UInt64 = 0
    private var hasBegun = false

    init?(drift: Double, jitter: Double, seed: UInt64) {
      guard let ear = ear_open(8000), let codec = codec_open(CODEC_PCMU, 8000) else { return nil }
      self.ear = ear
      self.codec = codec
      self.drift = drift
      self.jitter = jitter
      chance = SeededRandom(seed: seed)
      ear_speak(ear, codec, CODEC_PCMU)
      ear_start(ear, 0)
      timeline_begin(&line, 8000)
    }

    deinit {
      ear_close(ear)
      codec_close(codec)
    }

    /// When, in seconds, the first sample of a packet is said: its clock counts 20 ms, the world a little more or less.
    func said(_ number: UInt64) -> Double { Double(number) * 0.02 * (1 + drift) }

    /// Hands over what arrives until then.
    func arrive(until now: Double, isBurst: (UInt64) -> Bool) {
      while said(next) + 0.02 <= now {
        // One in eight comes as fast as it can, the others are delayed.
        let delay = chance.chance(8) ? 0 : Double(chance.next() % 1000) / 1000 * jitter
        flying.append((said(next) + 0.02 + delay, next))
        next += 1
      }
      flying.sort { $0.at < $1.at }
      while let first = flying.first, first.at <= now {
        flying.removeFirst()
        let stamp = timeline_take(
          &line, UInt32(truncatingIfNeeded: first.number &* 160 &+ 0xFFFF_0000), 160, !hasBegun, Int64(first.at * 1e9))
        hasBegun = true
        let payload = [UInt8](repeating: isBurst(first.number) ? 0x10 : 0xFF, count: 160)
        ear_put(ear, first.number + 1000, stamp, 160, payload, payload.count)
      }
    }
  }

  @Test(arguments: [(100e-6, -100e-6, 0.2), (-100e-6, 100e-6, 0.05), (0, 100e-6, 0.0)])
  func `Sides stay together for an hour`(ofLeft: Double, ofRight: Double, jitter: Double) throws {
    let left = try #require(Sender(drift: ofLeft, jitter: jitter, seed: 1))
    let right = try #require(Sender(drift: ofRight, jitter: jitter, seed: 2))
    var worst = 0.0
    var found = 0
    for (sender, side) in [(left, "left"), (right, "right")] {
      var samples = [Int16](repeating: 0, count: 160)
      var wasLoud = false
      // A burst each ten seconds; where its sound begins on the common timeline is when it was said.
      for tick in 0..<180_000 {
        let now = Double(tick) * 0.02
        sender.arrive(until: now) { $0 % 500 == 499 }
        let position = Int64(tick - 16) * 160
        guard position >= 0 else { continue }
        ear_advance(sender.ear, &sender.line, position + 160)
        ear_read(sender.ear, position, 160, &samples)
        guard let onset = samples.firstIndex(where: { abs(Int($0)) > 8000 }) else {
          wasLoud = false
          continue
        }
        guard !wasLoud else { continue }
        wasLoud = true
        found += 1
        let at = Double(position + Int64(onset)) / 8000
        let number = UInt64((at / 0.02 / 500).rounded()) * 500 - 1
        let error = at - sender.said(number)
        worst = max(worst, abs(error))
        #expect(abs(error) <= 0.01, "the \(side) side at \(now) s")
        if abs(error) > 0.05 { return }
      }
    }
    #expect(found >= 700)
    #expect(worst > 0)
  }
}
