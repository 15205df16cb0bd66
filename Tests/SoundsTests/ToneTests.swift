import Sounds
import Testing

@Suite struct `Built-in sounds` {
  @Test func `the music is quiet, never silent for long, and loops without a click`() {
    let music = Tone.music()
    #expect(music.count == 16 * Tone.rate)
    #expect(music.allSatisfy { abs(Int($0)) < 16384 })
    for start in stride(from: 0, to: music.count - 800, by: 800) {
      #expect(music[start..<(start + 800)].contains { abs(Int($0)) > 300 }, "silence at \(start)")
    }
    let steps = zip(music, music.dropFirst()).map { abs(Int($1) - Int($0)) }
    #expect(abs(Int(music[0]) - Int(music[music.count - 1])) <= steps.max() ?? 0)
  }

  @Test func `ringback sounds one second in three`() {
    let tone = Tone.ringback()
    #expect(tone[..<Tone.rate].contains { abs(Int($0)) > 2000 })
    #expect(tone[Tone.rate...].allSatisfy { $0 == 0 })
  }

  @Test func `a file says what it holds`() {
    let bytes = WaveFile(samples: [1, -2, 300]).bytes
    #expect(bytes.count == 50)
    #expect(Array(bytes[..<4]) == Array("RIFF".utf8))
    #expect(Array(bytes[44...]) == [1, 0, 0xFE, 0xFF, 0x2C, 0x01])
    #expect(bytes[40] == 6)
  }
}
