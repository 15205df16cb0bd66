import Telephony

extension ContactRecord {
  /// Where it came to first: `queue:` and the queue, whatever became of it there, or `entry:` and its entry point when it came
  /// to none. Two contacts that came to the same place first are taken to be about the same, unless their agents said
  /// (`disposition`) what each was about.
  public var firstPlace: String {
    for segment in segments {
      if case .queue(let queue) = segment.kind { return "queue:\(queue.rawValue)" }
    }
    return "entry:\(entry)"
  }
}
