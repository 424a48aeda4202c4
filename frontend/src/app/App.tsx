export function App() {
  return <main>Parlor</main>;
}
