import CMediaPlane
import TelephonyTesting
import Testing

/// Something like a vowel: a few harmonics of a voice's pitch.
private struct Vowel {
  let pitch: Double

  init(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    pitch = Double.random(in: 80...380, using: &random)
  }

  func samples(rate: Int, count: Int) -> [Int16] {
    sines([pitch, 2 * pitch, 3 * pitch], rate: rate, count: count, amplitude: 12000)
  }
}

@Suite struct `Concealing losses` {
  static let before = 15

  /// libopus makes up sound its own way, and softer: made for speech, not for the tones of tests.
  private func ownWay(_ setting: Setting) -> Bool { setting.coding == .opus }

  @Test(arguments: Setting.all, [1, 2, 5])
  func `a gap begins like what was before, fades, and ends in silence`(setting: Setting, lost: Int) {
    for seed in UInt64(0)..<6 {
      let voice = Vowel(seed: seed).samples(rate: setting.rate, count: setting.rate * 3 / 5)
      let gap = Self.before..<Self.before + lost
      let heard = OpenCodec(setting).carry(voice, losing: Set(gap))
      // In pieces of 10 ms, of which pitches under 100 Hz have no whole period: hence the allowance.
      let pieces = (0..<2 * lost + 2).map { index in
        let start = gap.lowerBound * setting.frame + setting.delay / 2 + index * setting.frame / 2
        return loudness(heard[start..<start + setting.frame / 2])
      }
      let usual = loudness(heard[(gap.lowerBound - 5) * setting.frame..<gap.lowerBound * setting.frame])
      #expect(pieces[0] > (ownWay(setting) ? 0.3 : 0.5) * usual, "seed \(seed)")
      #expect(pieces.allSatisfy { $0 < 1.6 * usual }, "seed \(seed)")
      if lost == 5 {
        #expect(pieces[8] < 0.35 * usual, "seed \(seed)")
        #expect(pieces[8] < 0.5 * pieces[0], "seed \(seed)")
      }
    }
  }

  @Test(arguments: Setting.all, [1, 2, 5, 8])
  func `neither its beginning nor its end clicks`(setting: Setting, lost: Int) {
    for seed in UInt64(0)..<6 {
      let voice = Vowel(seed: seed).samples(rate: setting.rate, count: setting.rate * 3 / 5)
      let gap = Self.before..<Self.before + lost
      let heard = OpenCodec(setting).carry(voice, losing: Set(gap))
      let usual = biggestStep(heard[(gap.lowerBound - 10) * setting.frame..<gap.lowerBound * setting.frame])
      let around = biggestStep(
        heard[gap.lowerBound * setting.frame - 1..<(gap.upperBound + 3) * setting.frame])
      // The predictors of G.722 overshoot a little until they agree again.
      #expect(around < usual * (setting.coding == .g722 ? 7 : 6) / 4, "seed \(seed)")
    }
  }

  /// Of a hum slower than any voice no period is found, so that what is made up fits nowhere by itself. (libopus takes
  /// such hum out before it encodes; for it, a low voice.)
  @Test(arguments: Setting.all, [1, 2, 5, 8])
  func `what fits nowhere is bent into place`(setting: Setting, lost: Int) {
    let hum = sines([ownWay(setting) ? 110 : 47], rate: setting.rate, count: setting.rate * 3 / 5, amplitude: 12000)
    for start in Self.before..<Self.before + 5 {
      let heard = OpenCodec(setting).carry(hum, losing: Set(start..<start + lost))
      let around = biggestStep(heard[start * setting.frame - 1..<(start + lost + 2) * setting.frame])
      // Spread over 2 ms, the worst of 24000 is 1500 a sample at 8000 Hz; libopus has steps of its own.
      #expect(around < (ownWay(setting) ? 3600 : 2200 * 8000 / setting.rate), "from frame \(start)")
    }
  }

  /// Music, as sounds have it: libopus lets a voice rise by itself, but not this.
  @Test(arguments: [8000, 16000], 10..<20)
  func `Opus rises from silence`(rate: Int, start: Int) throws {
    let sound = try #require(HeldSound(sines([400, 1300], rate: rate, count: rate), rate: rate))
    #expect(sound.prepare(.opus) == SOUND_OK)
    let listener = OpenCodec(Setting(coding: .opus, rate: rate))
    for frame in 0..<start { _ = listener.decode(sound.payload(.opus, frame)) }
    _ = listener.conceal(rate * 4 / 25)
    let heard = try #require(listener.decode(sound.payload(.opus, start + 8)))
    #expect(heard[..<(rate / 2000)].allSatisfy { abs(Int($0)) < 1000 })
    #expect(loudness(heard) > 1000)
  }

  @Test(arguments: Setting.all)
  func `a tone goes on in a short gap`(setting: Setting) {
    let tone = sines([400], rate: setting.rate, count: setting.rate)
    let heard = OpenCodec(setting).carry(tone, losing: [Self.before])
    let start = Self.before * setting.frame + setting.delay
    let spectrum = Spectrum(of: heard[start..<start + setting.rate / 100], at: 400, rate: setting.rate)
    #expect(abs(spectrum.level(over: 8000)) < (ownWay(setting) ? 9 : 1.5))
    #expect(spectrum.purity > (ownWay(setting) ? 8 : 20))
  }

  @Test(arguments: Setting.all)
  func `after 100 ms there is silence, however the gap is cut`(setting: Setting) throws {
    for piece in [1, 7, 160, 320, 999] {
      let codec = OpenCodec(setting)
      _ = codec.carry(sines([400], rate: setting.rate, count: setting.rate))
      var made: [Int16] = []
      while made.count < setting.rate / 4 { made += try #require(codec.conceal(piece)) }
      #expect(made[(setting.rate / 10)...].allSatisfy { abs(Int($0)) <= 1 })
      #expect(loudness(made[..<(setting.rate / 50)]) > (ownWay(setting) ? 1500 : 3000))
    }
  }

  @Test(arguments: Setting.all)
  func `what comes after a long gap is as it was sent`(setting: Setting) {
    let tone = sines([500], rate: setting.rate, count: setting.rate)
    let heard = OpenCodec(setting).carry(tone, losing: Set(10..<30))
    let spectrum = Spectrum(of: heard[(setting.frame * 34)...], at: 500, rate: setting.rate)
    #expect(abs(spectrum.level(over: 8000)) < 0.5)
    #expect(spectrum.purity > (ownWay(setting) ? 10 : 25))
  }

  @Test(arguments: Setting.all)
  func `before anything was heard there is silence`(setting: Setting) {
    #expect(OpenCodec(setting).conceal(setting.rate / 10)?.allSatisfy { $0 == 0 } == true)
  }

  @Test(arguments: Setting.all, 0..<10 as Range<UInt64>)
  func `noise and random losses stay in bounds`(setting: Setting, seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let noise = (0..<setting.rate).map { _ in Int16.random(in: -8000...8000, using: &random) }
    let lost = Set((0..<50).filter { _ in random.chance(3) })
    let heard = OpenCodec(setting).carry(noise, losing: lost)
    #expect(heard.count == noise.count)
    #expect(loudness(heard) < 1.3 * loudness(noise))
  }
}
