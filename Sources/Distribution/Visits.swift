#if DEBUG
  /// Counts what the rules look at: agents, contacts, and comparisons of their places. A seam for tests, which show by it
  /// that no event walks over everybody; a release build has nothing of it.
  package enum Visits {
    /// So many until now. Touched by the one task that has set it (`$counter`).
    package final class Counter: @unchecked Sendable {
      package var count = 0
      package init() {}
    }

    @TaskLocal package static var counter: Counter?

    static func note() { counter?.count += 1 }
  }
#else
  enum Visits {
    @inline(__always) static func note() {}
  }
#endif
