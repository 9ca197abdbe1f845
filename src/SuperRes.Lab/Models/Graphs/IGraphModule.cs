namespace SuperRes.Lab.Models;

/// <summary>A part of a network that can say what its forward pass computes, in evaluation mode.</summary>
public interface IGraphModule
{
    /// <summary>Adds its operations to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">The name of its input.</param>
    /// <returns>The name of its output.</returns>
    string AddTo(INetworkGraph graph, string input);
}
