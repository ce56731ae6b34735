import './style/colours.css';
import './style/page.css';
import './style/parts.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { chosenTheme, showTheme } from './parts/theme.ts';

showTheme(chosenTheme());
createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
