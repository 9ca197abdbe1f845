namespace SuperRes.Lab.Web;

/// <summary>How large a page without a server is.</summary>
/// <param name="Files">How many files it has.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="FirstVisit">Bytes of what a first visit with the first model loads, compressed by gzip as hosts do.</param>
public sealed record SiteSize(int Files, long Bytes, long FirstVisit);
