namespace SuperRes.Lab.Course;

/// <summary>How large the course is run.</summary>
public enum LabScale
{
    /// <summary>Minutes on a processor: generated images, a small network.</summary>
    Quick,

    /// <summary>
    /// An hour or two on a laptop: the same network trained for longer, on photos of a folder (SUPERRES_IMAGES) if one is given.
    /// </summary>
    Evening,

    /// <summary>The article's: its network, its data sets, hours on a graphics card.</summary>
    Article,
}
