namespace SuperRes.Lab.Notebooks.Scripting;

/// <summary>A cell's or an imported file's text under the name that the compiler and stack traces use.</summary>
/// <param name="Name">The name in stack traces.</param>
/// <param name="Number">The cell's number.</param>
/// <param name="Title">What a person calls it.</param>
/// <param name="Text">Its text.</param>
internal sealed record ScriptFile(string Name, int Number, string Title, string Text)
{
    /// <summary>A line by its number, from 1; null beyond the end.</summary>
    public string? Line(int number) => Text.Split('\n').ElementAtOrDefault(number - 1)?.TrimEnd();
}
