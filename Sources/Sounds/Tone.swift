/// Sound made by arithmetic: what callers and agents hear when the administrator has brought no files of her own.
///
/// Samples are 16-bit, one channel, 8000 a second. Every tune here can be looped without a click.
public enum Tone {
  /// Samples a second.
  public static let rate = 8000

  /// Hold music: a slow broken chord progression, quiet (peaks at −14 dBFS), 16 s long.
  public static func music() -> [Int16] {
    // C, A minor, F, G: four seconds each, eight notes a chord.
    let chords: [[Double]] = [
      [261.63, 329.63, 392.00, 523.25], [220.00, 261.63, 329.63, 440.00],
      [174.61, 220.00, 261.63, 349.23], [196.00, 246.94, 293.66, 392.00],
    ]
    let order = [0, 1, 2, 3, 2, 1, 2, 1]
    let noteLength = rate / 2
    var samples = [Double](repeating: 0, count: chords.count * order.count * noteLength)
    for (chordIndex, chord) in chords.enumerated() {
      for (noteIndex, note) in order.enumerated() {
        let start = (chordIndex * order.count + noteIndex) * noteLength
        pluck(chord[note], from: start, into: &samples)
      }
    }
    return samples.map { Int16(clamping: Int($0 * 32767 * 0.2)) }
  }

  /// A struck string that dies away within two seconds; what is left at the end of the tune sounds at its beginning.
  private static func pluck(_ frequency: Double, from start: Int, into samples: inout [Double]) {
    for offset in 0..<(2 * rate) {
      let time = Double(offset) / Double(rate)
      let attack = min(1, time / 0.01)
      let envelope = attack * exponential(-3 * time) * (1 - Double(offset) / Double(2 * rate))
      let wave = sine(frequency * time) + 0.3 * sine(2 * frequency * time) + 0.1 * sine(3 * frequency * time)
      samples[(start + offset) % samples.count] += 0.5 * envelope * wave
    }
  }

  /// Ringback as Japanese networks give it: 400 Hz modulated by 16 Hz, one second in three.
  public static func ringback() -> [Int16] {
    (0..<(3 * rate)).map { index in
      guard index < rate else { return 0 }
      let time = Double(index) / Double(rate)
      let edge = min(1, Double(min(index, rate - index)) / 80)
      return Int16(sine(400 * time) * (0.6 + 0.4 * sine(16 * time)) * edge * 4000)
    }
  }

  /// No: two low beeps of 200 Hz, −16 dBFS, half a second in all.
  public static func refusal() -> [Int16] {
    let (beep, pause) = (rate / 5, rate / 10)
    return (0..<(2 * beep + pause)).map { index in
      let offset = index < beep ? index : index - beep - pause
      guard offset >= 0, offset < beep else { return 0 }
      let edge = min(1, Double(min(offset, beep - offset)) / 80)
      return Int16(sine(200 * Double(offset) / Double(rate)) * edge * 5193)
    }
  }

  /// A sine wave of one frequency: −10 dBFS, for tests and demonstrations.
  public static func steady(_ frequency: Double, seconds: Double) -> [Int16] {
    (0..<Int(seconds * Double(rate))).map { Int16(sine(frequency * Double($0) / Double(rate)) * 10362) }
  }
}
