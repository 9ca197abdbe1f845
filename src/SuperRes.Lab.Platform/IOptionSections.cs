namespace SuperRes.Lab;

/// <summary>Options with sections that are registered by name, beside those that are properties.</summary>
internal interface IOptionSections
{
    /// <summary>Key and type of each section, in the order in which they are written.</summary>
    IEnumerable<(string Name, Type Type)> Sections { get; }

    /// <summary>A section as files hold it: what was set, or else its defaults; null where it is left out of a file that does not set
    /// it.</summary>
    object? GetSection(string name);

    /// <summary>Sets a section while the options are read.</summary>
    void SetSection(string name, object section);
}
