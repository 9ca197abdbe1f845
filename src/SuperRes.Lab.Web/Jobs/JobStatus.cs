namespace SuperRes.Lab.Web.Jobs;

/// <summary>What the app says of a job.</summary>
/// <param name="Id">Its name in addresses; nobody can guess it.</param>
/// <param name="Name">The picture's file name.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Fraction">Part of the work that is done, 0–1.</param>
/// <param name="SecondsLeft">Time that the rest will take; null before that is known.</param>
/// <param name="Ahead">How many jobs come before it.</param>
/// <param name="Message">Why it failed, or what is worth knowing of the result.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Scale">How many times larger the result is.</param>
/// <param name="Width">Width of the result in pixels.</param>
/// <param name="Height">Its height.</param>
/// <param name="ResultName">The result's file name.</param>
public sealed record JobStatus(
    string Id, string Name, JobState State, double Fraction, double? SecondsLeft, int Ahead, string? Message, string Model, int Scale,
    int Width, int Height, string ResultName);
