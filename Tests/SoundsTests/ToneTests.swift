import Sounds
import Testing

@Suite struct `Built-in sounds` {
  /// One number, for a test that fails to print rather than all samples.
  private func loudest(_ samples: ArraySlice<Int16>) -> Int { samples.lazy.map { abs(Int($0)) }.max() ?? 0 }

  @Test func `the music is quiet, never silent for long, and loops without a click`() {
    let music = Tone.music()
    #expect(music.count == 16 * Tone.rate)
    #expect(loudest(music[...]) < 16384)
    for start in stride(from: 0, to: music.count - 800, by: 800) {
      #expect(loudest(music[start..<(start + 800)]) > 300, "silence at \(start)")
    }
    let steepest = zip(music, music.dropFirst()).map { abs(Int($1) - Int($0)) }.max() ?? 0
    let seam = abs(Int(music[0]) - Int(music[music.count - 1]))
    #expect(seam <= steepest)
  }

  @Test func `ringback sounds one second in three`() {
    let tone = Tone.ringback()
    #expect(loudest(tone[..<Tone.rate]) > 2000)
    #expect(loudest(tone[Tone.rate...]) == 0)
  }

  @Test func `a file says what it holds`() throws {
    let bytes = WaveFile(samples: [1, -2, 300]).bytes
    try #require(bytes.count == 50)
    #expect(Array(bytes[..<4]) == Array("RIFF".utf8))
    #expect(Array(bytes[44...]) == [1, 0, 0xFE, 0xFF, 0x2C, 0x01])
    #expect(bytes[40] == 6)
  }

  @Test func `no is two low beeps, quiet, without a click, and over in half a second`() {
    let samples = Tone.refusal()
    #expect(samples.count == Tone.rate / 2)
    #expect((4000...5300).contains(samples.map { abs(Int($0)) }.max() ?? 0))
    #expect(zip(samples, samples.dropFirst()).allSatisfy { abs(Int($0) - Int($1)) < 900 })
    #expect(samples.first == 0 && samples[2000] == 0 && abs(Int(samples.last ?? 9999)) < 100)
  }
}
