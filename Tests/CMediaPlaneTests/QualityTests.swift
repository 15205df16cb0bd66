import CMediaPlane
import Testing

@Suite struct `Quality by the E-model` {
  private static let codecs = [CODEC_PCMU, CODEC_PCMA, CODEC_G722, CODEC_OPUS]

  /// R = 93.2 is 4.41; at 5 % R = 93.2 − 95·5/30.1 = 77.42; at 20 % it is 51.07, at 100 % 17.26.
  @Test(arguments: [(0.0, 4.409), (0.05, 3.923), (0.2, 2.631), (1, 1.177)])
  func `loss takes what the standard's formula says`(loss: Double, score: Double) {
    #expect(abs(quality_score(CODEC_PCMA, loss, 0) - score) < 0.002)
  }

  /// Points of the standard's curve of rating over delay (TELR 65 dB): hardly anything up to 150 ms, much behind.
  @Test(arguments: [(0.0, 93.2), (100, 91.3), (150, 90.0), (200, 86.4), (300, 72.4), (400, 62.3)])
  func `delay takes what the standard's curve shows`(delay: Double, rating: Double) {
    let score = 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6
    #expect(abs(quality_score(CODEC_PCMU, 0, delay) - score) < 0.05)
  }

  @Test(arguments: codecs) func `more loss or more delay is never better, and every score is on the scale`(
    codec: codec_kind
  ) {
    for delay in stride(from: 0.0, through: 2000, by: 25) {
      var last = quality_score(codec, 0, delay)
      #expect((1...4.5).contains(last))
      #expect(last <= quality_score(codec, 0, max(0, delay - 25)) + 0.003)
      for percent in 1...100 {
        let score = quality_score(codec, Double(percent) / 100, delay)
        #expect(score <= last && score >= 1)
        last = score
      }
    }
  }

  @Test func `what is no number or out of range counts as the nearest end`() {
    let best = quality_score(CODEC_PCMU, 0, 0)
    #expect(quality_score(CODEC_PCMU, .nan, .nan) == best)
    #expect(quality_score(CODEC_PCMU, -1, -1) == best)
    #expect(quality_score(CODEC_PCMU, .infinity, .infinity) == 1)
    #expect(quality_score(codec_kind(77), 0, 0) == best)
  }
}
