import Sounds

/// The files of the built-in music and tone, written beside the database at each start.
struct BuiltInSounds {
  let music: String
  let ringback: String

  init(folder: String) throws(StartFault) {
    music = folder + "/music.wav"
    ringback = folder + "/ringback.wav"
    do throws(WaveFault) {
      try WaveFile(samples: Tone.music()).write(to: music)
      try WaveFile(samples: Tone.ringback()).write(to: ringback)
    } catch {
      throw StartFault("the built-in sounds could not be written: \(error)")
    }
  }
}
