/// To which time something belongs that begins in one quarter and comes to something in another.
public enum View: String, Sendable, CaseIterable {
  /// To that in which the visit, the contact, the offer or the handling began, whatever comes of it later.
  case cohort
  /// To that in which it happened: an answer to that of the answer, an end to that of the end.
  case event
}

/// What is kept for the view by event: where it is the same as by cohort, nothing.
///
/// A sum that happened in another quarter than it began in is taken away from the one and added to the other, both under a
/// name of its own (`at:`): what is kept of a quarter by cohort, and this, is what happened in it. A greatest value cannot be
/// taken away: the longest wait is kept for both views. Thresholds are those of what began, in either view.
extension Item {
  /// Longest wait of any that ended in the quarter.
  static let longestWaitAtItsEnd = longestWait.atItsTime

  /// By how much there is more of it by event than by cohort; of a longest wait what there is by event.
  public var atItsTime: Item { Item(Self.prefix + name) }

  /// Whether it is one of those.
  public var isOfEvents: Bool { name.utf8.starts(with: Self.prefix.utf8) }

  /// Of which it is one.
  fileprivate var ofBoth: Item { isOfEvents ? Item(String(name.dropFirst(Self.prefix.count))) : self }

  private static let prefix = "at:"
}

extension Counts {
  /// What there is by this view, under the names of all: nothing of it says how it was kept.
  public func seen(by view: View) -> Counts {
    var counts = Counts()
    for (item, value) in values {
      switch (view, item.isOfEvents) {
      case (.cohort, false): counts.add(value, to: item)
      // Who waits now is of the time in which he came, and of no event.
      case (.event, false) where [.longestWait, .waiting, .waitingWithin].contains(item): break
      case (.event, _): counts.add(value, to: item.ofBoth)
      case (.cohort, true): break
      }
    }
    return counts
  }

  /// What to add to the quarter in which it happened, and what to where it began when that is another one.
  func events(movedFrom beginning: Int64, to quarter: Int64) -> (there: Counts, here: Counts) {
    var (there, here) = (Counts(), Counts())
    for (item, value) in values {
      switch item {
      case .longestWait: here.add(value, to: .longestWaitAtItsEnd)
      case .leastThreshold, .greatestThreshold: break
      case _ where beginning != quarter:
        there.add(-value, to: item.atItsTime)
        here.add(value, to: item.atItsTime)
      default: break
      }
    }
    return (there, here)
  }
}
