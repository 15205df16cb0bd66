import CMediaPlane
import Glibc
import TelephonyTesting
import Testing

@Suite struct `Keys as tones` {
  private static let grid = Array("123A456B789C*0#D").map(String.init)
  private static let rows = [697.0, 770, 852, 941], columns = [1209.0, 1336, 1477, 1633]

  /// How a key is pressed. Levels in dBm0 of each tone, deviations as parts of the frequency.
  private struct Press {
    var low = -10.0, high = -10.0, lowOff = 0.0, highOff = 0.0, milliseconds = 40.0
  }

  private static func amplitude(_ level: Double) -> Double { 32_768 * pow(10, (level - 3.14) / 20) }

  private static func sound(of key: Int, _ press: Press, rate: Double) -> [Double] {
    let low = rows[key / 4] * (1 + press.lowOff), high = columns[key % 4] * (1 + press.highOff)
    return (0..<Int(press.milliseconds * rate / 1000)).map { i in
      let turn = 2 * Double.pi * Double(i) / rate
      return amplitude(press.low) * sin(low * turn) + amplitude(press.high) * sin(high * turn + 1)
    }
  }

  private static func silence(_ milliseconds: Double, rate: Double) -> [Double] {
    [Double](repeating: 0, count: Int(milliseconds * rate / 1000))
  }

  /// What an ear hears in it, given in pieces of 20 ms.
  private func heard(_ samples: [Double], rate: Double) throws -> String {
    let ear = try #require(key_ear_open(UInt32(rate)))
    defer { key_ear_close(ear) }
    let frame = Int(rate / 50)
    let whole = samples.map { Int16(max(-32_768, min(32_767, $0.rounded()))) }
    var text = ""
    for start in stride(from: 0, to: whole.count, by: frame) {
      var keys = [CChar](repeating: 0, count: 4)
      let piece = Array(whole[start..<min(start + frame, whole.count)])
      let count = key_ear_hear(ear, piece, piece.count, &keys, keys.count)
      text += keys[..<count].map { String(UnicodeScalar(UInt8($0))) }.joined()
    }
    return text
  }

  private func heard(key: Int, _ press: Press, rate: Double, shift: Int = 0) throws -> String {
    let before = [Double](repeating: 0, count: shift)
    return try heard(
      before + Self.sound(of: key, press, rate: rate) + Self.silence(60, rate: rate), rate: rate)
  }

  @Test(arguments: [8000.0, 16_000], [0.0, -6, -12, -18, -25])
  func `each key is heard once, at every level and with every twist that is allowed`(rate: Double, level: Double)
    throws
  {
    for key in 0..<16 {
      for (low, high) in [(level, level), (level, level - 8), (level - 4, level), (level, level - 4)]
      where min(low, high) >= -25 {
        for off in [-0.015, 0, 0.015] {
          let press = Press(low: low, high: high, lowOff: off, highOff: off)
          #expect(try heard(key: key, press, rate: rate, shift: key * 7) == Self.grid[key], "\(press)")
        }
      }
    }
  }

  @Test(arguments: [8000.0, 16_000], [-0.05, -0.04, -0.035, 0.035, 0.04, 0.05])
  func `tones that are off by 3.5 % are no key`(rate: Double, off: Double) throws {
    for key in 0..<16 {
      for (low, high) in [(off, off), (off, 0), (0, off), (off, -off)] {
        let press = Press(lowOff: low, highOff: high, milliseconds: 200)
        #expect(try heard(key: key, press, rate: rate) == "", "\(press)")
      }
    }
  }

  @Test(arguments: [8000.0, 16_000]) func `what is shorter than 23 ms is no key, wherever it begins`(rate: Double)
    throws
  {
    for key in 0..<16 {
      for shift in stride(from: 0, to: 120, by: 7) {
        #expect(try heard(key: key, Press(milliseconds: 23), rate: rate, shift: shift) == "")
        #expect(try heard(key: key, Press(milliseconds: 40), rate: rate, shift: shift) == Self.grid[key])
      }
    }
  }

  @Test(arguments: [8000.0, 16_000]) func `a key is heard once however long it is pressed, and again after a pause`(
    rate: Double
  ) throws {
    var sound: [Double] = []
    for key in [5, 5, 0, 15, 15, 15] {
      sound += Self.sound(of: key, Press(milliseconds: 40 + Double(key) * 130), rate: rate)
      sound += Self.silence(30, rate: rate)
    }
    #expect(try heard(sound + Self.silence(60, rate: rate), rate: rate) == "551DDD")
  }

  @Test func `a break of 10 ms ends no press`() throws {
    for key in 0..<16 {
      for at in stride(from: 400, to: 500, by: 9) {
        var sound = Self.sound(of: key, Press(milliseconds: 120), rate: 8000) + Self.silence(60, rate: 8000)
        for i in at..<at + 80 { sound[i] = 0 }
        #expect(try heard(sound, rate: 8000) == Self.grid[key])
      }
    }
  }

  @Test(arguments: 0..<8 as Range<UInt64>) func `keys are heard 15 dB above noise, and over direct current`(
    seed: UInt64
  ) throws {
    var chance = SeededRandom(seed: seed)
    for key in 0..<16 {
      let press = Press(low: -12, high: -12, milliseconds: 50)
      // Both tones have −9 dBm0; the noise has −24, evenly spread: its peak is √3 times its effective value.
      let peak = Self.amplitude(-24) / 2.0.squareRoot() * 3.0.squareRoot()
      let sound = (Self.silence(40, rate: 8000) + Self.sound(of: key, press, rate: 8000) + Self.silence(60, rate: 8000))
        .map { $0 + 3000 + Double.random(in: -peak...peak, using: &chance) }
      #expect(try heard(sound, rate: 8000) == Self.grid[key])
    }
  }

  // MARK: what is no key

  /// Vowels: harmonics of a gliding pitch, shaped by three formants that wander; breath between them.
  private static func voice(_ chance: inout SeededRandom, seconds: Int, rate: Double) -> [Double] {
    var sound: [Double] = []
    var phase = 0.0
    var pitch = Double.random(in: 80...260, using: &chance)
    var formants = [500.0, 1500, 2500]
    for _ in 0..<seconds * 10 {
      let goal = pitch * Double.random(in: 0.9...1.1, using: &chance)
      let goals = formants.map { min(3400, max(250, $0 + Double.random(in: -250...250, using: &chance))) }
      let (level, breath) = (Double.random(in: 500...9000, using: &chance), Double.random(in: 0...300, using: &chance))
      let gains = (1...40).map { n in
        goals.reduce(0) { $0 + 1 / (1 + pow((Double(n) * goal - $1) / 60, 2)) }
      }
      let steps = Int(rate / 10)
      for i in 0..<steps {
        let now = pitch + (goal - pitch) * Double(i) / Double(steps)
        phase += 2 * Double.pi * now / rate
        var value = Double.random(in: -breath...breath, using: &chance)
        for n in 1...40 where Double(n) * now < 3800 { value += level * gains[n - 1] * sin(Double(n) * phase) }
        sound.append(value)
      }
      (pitch, formants) = (min(300, max(70, goal)), goals)
    }
    return sound
  }

  /// Chords of a piano's notes with overtones.
  private static func music(_ chance: inout SeededRandom, seconds: Int, rate: Double) -> [Double] {
    (0..<seconds * 4).flatMap { _ in
      let notes = (0..<3).map { _ in 440 * pow(2, Double(Int(chance.next() % 37)) / 12 - 2) }
      let overtones = (1...6).map { 1 / Double($0) * Double.random(in: 0.5...1, using: &chance) }
      return (0..<Int(rate / 4)).map { i in
        let turn = 2 * Double.pi * Double(i) / rate
        var value = 0.0
        for note in notes {
          for (n, gain) in overtones.enumerated() where note * Double(n + 1) < rate / 2 {
            value += 4000 * gain * sin(note * Double(n + 1) * turn)
          }
        }
        return value
      }
    }
  }

  @Test(arguments: 0..<6 as Range<UInt64>, [8000.0, 16_000])
  func `voices, music and noise are no keys`(seed: UInt64, rate: Double) throws {
    var chance = SeededRandom(seed: seed)
    #expect(try heard(Self.voice(&chance, seconds: 5, rate: rate), rate: rate) == "")
    #expect(try heard(Self.music(&chance, seconds: 5, rate: rate), rate: rate) == "")
    let noise = (0..<Int(5 * rate)).map { _ in Double.random(in: -20_000...20_000, using: &chance) }
    #expect(try heard(noise, rate: rate) == "")
  }

  @Test func `single tones, dial tones and what only folds onto a key are none`() throws {
    for frequency in Self.rows + Self.columns + [350, 440, 425, 400, 1000] {
      #expect(try heard(tone(frequency, for: 1, rate: 8000), rate: 8000) == "")
    }
    let dial = zip(tone(350, for: 1, rate: 8000), tone(440, for: 1, rate: 8000)).map(+)
    #expect(try heard(dial, rate: 8000) == "")
    for (low, high) in [(697.0, 1209.0), (941, 1633)] {
      let folded = zip(tone(8000 - low, for: 1, rate: 16_000), tone(8000 - high, for: 1, rate: 16_000)).map(+)
      #expect(try heard(folded, rate: 16_000) == "")
    }
  }

  private func tone(_ frequency: Double, for seconds: Double, rate: Double) -> [Double] {
    (0..<Int(seconds * rate)).map { 8000 * sin(2 * Double.pi * frequency * Double($0) / rate) }
  }

  // MARK: the contract

  @Test func `keys that do not fit are kept for the next time`() throws {
    let ear = try #require(key_ear_open(8000))
    defer { key_ear_close(ear) }
    var sound: [Double] = []
    for key in 0..<5 { sound += Self.sound(of: key, Press(), rate: 8000) + Self.silence(40, rate: 8000) }
    let whole = sound.map { Int16($0) }
    var keys = [CChar](repeating: 0, count: 3)
    #expect(key_ear_hear(ear, whole, whole.count, &keys, 2) == 2)
    #expect(keys == [49, 50, 0])
    #expect(key_ear_hear(ear, nil, 0, &keys, 0) == 0)
    #expect(key_ear_hear(ear, nil, 0, &keys, 3) == 3)
    #expect(keys == [51, 65, 52])
    #expect(key_ear_hear(ear, nil, 0, &keys, 3) == 0)
  }

  @Test func `no other rate is taken`() {
    for rate in [0, 7999, 11_025, 32_000, 48_000] as [UInt32] { #expect(key_ear_open(rate) == nil) }
  }

  @Test(arguments: 0..<10 as Range<UInt64>) func `whatever samples come, only keys are told`(seed: UInt64) throws {
    var chance = SeededRandom(seed: seed)
    let ear = try #require(key_ear_open(chance.pick([8000, 16_000])))
    defer { key_ear_close(ear) }
    for _ in 0..<100 {
      let extreme = chance.chance(2)
      let samples = (0..<chance.next() % 700).map { _ in
        extreme ? chance.pick([Int16.min, .max]) : Int16(truncatingIfNeeded: chance.next())
      }
      var keys = [CChar](repeating: 0, count: 2)
      let count = key_ear_hear(ear, samples, samples.count, &keys, keys.count)
      #expect(count <= 2 && keys[..<count].allSatisfy { Self.grid.contains(String(UnicodeScalar(UInt8($0)))) })
    }
  }
}
